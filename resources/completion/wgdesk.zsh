#compdef wgdesk
# tests/unit/cli/test_manual.py holds it against the command line.

_wgdesk_profile() {
    local -a names
    names=(~/.wireguard/*.conf(N:t:r))
    compadd -a names
}

_wgdesk_profile_or_file() {
    _alternative 'profiles:profile:_wgdesk_profile' 'files:file:_files -g "*.conf"'
}

_wgdesk_verb() {
    local -a verbs=(
        'list:show every profile with its state'
        'status:show what the tunnels are doing, routes and DNS'
        'up:bring a tunnel up'
        'sync:make a tunnel that is up what its edited profile says'
        'down:take a tunnel down'
        'toggle:take a tunnel down if it is up, else bring it up'
        'log:show what was done for your tunnels'
        'where:show which tunnel or link takes a packet, and why'
        'restore:take everything of wgdesk out of the network'
        'plan:print the commands an up amounts to'
        'check:print every problem of a profile'
        'show:print the text of a profile, its secrets hidden'
        'import:take in files, folders, archives and pictures of QR codes'
        'new:make a profile with fresh keys'
        'rename:give a profile another name'
        'delete:move a profile into the trash'
        'undelete:bring back a deleted profile'
        'history:list what a profile was before'
        'tag:print the tags of a profile, or change them'
        'export:write profiles into a new file, or show a QR code'
        'keyring:keep the keys of profiles in the keyring of the desktop'
        'hooks:show the commands of a profile and who runs them'
        'approvals:list what an administrator has approved for you'
        'boot:connect a tunnel whenever the machine starts'
        'genkey:print a new private key'
        'genpsk:print a new preshared key'
        'pubkey:print the public key of a private key'
    )
    _describe -t verbs verb verbs
}

_wgdesk() {
    local curcontext=$curcontext state line
    local -a json explain raising
    json=('--json[one line of JSON]')
    explain=('--explain[print the commands it amounted to]')
    raising=(
        '--wait=-[wait for the first handshake]::seconds: '
        '--dns=[name servers of the profile]:dns:(apply ignore)'
        '--hooks=[who runs the commands]:who:(ignore me root)'
    )
    _arguments -C \
        '(- *)--help[show help]' '(- *)--version[show the version]' '--hidden[only the icon in the tray]' \
        '1: :_wgdesk_verb' '*::argument:->arguments'
    [[ $state == arguments ]] || return
    case $words[1] in
        list) _arguments $json ;;
        status) _arguments $json '1: :_wgdesk_profile' ;;
        up) _arguments $json $explain $raising '1: :_wgdesk_profile_or_file' ;;
        toggle) _arguments $explain $raising '1: :_wgdesk_profile' ;;
        sync) _arguments $explain '1: :_wgdesk_profile_or_file' ;;
        down) _arguments '(1)--all[every tunnel of yours]' '(--all)1: :_wgdesk_profile' ;;
        log) _arguments $json '(-f --follow)'{-f,--follow}'[go on with every new line]' '1: :_wgdesk_profile' ;;
        where) _arguments $json '1:address or host:_hosts' ;;
        plan) _arguments '1: :_wgdesk_profile_or_file' ;;
        check) _arguments $json '*: :_wgdesk_profile_or_file' ;;
        show) _arguments '--reveal[print the secrets too]' '1: :_wgdesk_profile' ;;
        import)
            _arguments $json '--from-machine[of /etc/wireguard and NetworkManager]' '--dry-run[do nothing]' \
                '--on-clash=[where a name is taken]:what:(keep-both replace skip)' '*:path:_files'
            ;;
        new)
            _arguments '1:name: ' '--server[of your own]:host: ' '*--device[of the server]:name: ' \
                '*--only[not all traffic]:network: ' '*--dns[name server]:address: ' \
                '--demo=-[a public demo server]::host: ' '--all[all traffic]'
            ;;
        rename) _arguments '1: :_wgdesk_profile' '2:new name: ' ;;
        delete) _arguments '1: :_wgdesk_profile' ;;
        history)
            _arguments '(--restore)--show[print a version]:number: ' '(--show)--restore[go back to it]:number: ' \
                '--reveal[print the secrets too]' '1: :_wgdesk_profile'
            ;;
        tag) _arguments '1: :_wgdesk_profile' ;;
        export)
            _arguments '(-o --output --qr)'{-o,--output}'[where to]:file:_files' \
                '(-o --output)--qr[show a QR code]' '--plain[take keys out of the keyring]' '*: :_wgdesk_profile'
            ;;
        keyring) _arguments '1:what:(status on off)' '--all[every profile]' '2: :_wgdesk_profile' ;;
        hooks) _arguments '1: :_wgdesk_profile' '2:who:(ignore me root)' ;;
        boot) _arguments $json '--hooks=[who runs the commands]:who:(ignore root)' '1:what:(on off list)' '2: :_wgdesk_profile' ;;
        approvals) _arguments '--revoke[forget it for a profile]: :_wgdesk_profile' ;;
    esac
}

_wgdesk "$@"
