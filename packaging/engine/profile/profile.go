// Put beside wireguard-go's own files by profile/record: what its processor time goes to is
// written to $WGDESK_PROFILE/NAME.pprof, from the start until SIGUSR1.
package main

import (
	"os"
	"os/signal"
	"path/filepath"
	"runtime/pprof"
	"syscall"
)

func init() {
	file, err := os.Create(filepath.Join(os.Getenv("WGDESK_PROFILE"), os.Args[len(os.Args)-1]+".pprof"))
	if err != nil {
		panic(err)
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		panic(err)
	}
	enough := make(chan os.Signal, 1)
	signal.Notify(enough, syscall.SIGUSR1)
	go func() {
		<-enough
		pprof.StopCPUProfile()
		file.Close()
		os.Exit(0)
	}()
}
