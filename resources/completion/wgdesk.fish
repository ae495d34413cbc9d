# tests/unit/cli/test_manual.py holds it against the command line.

function __wgdesk_profiles
    for path in ~/.wireguard/*.conf
        string replace -r '\.conf$' '' (path basename $path)
    end
end

function __wgdesk_behind
    set -l words (commandline -opc)
    test (count $words) -gt 1; and contains -- $words[2] $argv
end

complete -c wgdesk -f
complete -c wgdesk -n __fish_is_first_arg -l hidden -d 'Only the icon in the tray'
complete -c wgdesk -n __fish_is_first_arg -l version -d 'Show the version'
complete -c wgdesk -l help -d 'Show help'

complete -c wgdesk -n __fish_is_first_arg -a list -d 'Show every profile with its state'
complete -c wgdesk -n __fish_is_first_arg -a status -d 'Show what the tunnels are doing'
complete -c wgdesk -n __fish_is_first_arg -a up -d 'Bring a tunnel up'
complete -c wgdesk -n __fish_is_first_arg -a sync -d 'Make a tunnel what its edited profile says'
complete -c wgdesk -n __fish_is_first_arg -a down -d 'Take a tunnel down'
complete -c wgdesk -n __fish_is_first_arg -a toggle -d 'Take a tunnel down if it is up, else up'
complete -c wgdesk -n __fish_is_first_arg -a log -d 'Show what was done for your tunnels'
complete -c wgdesk -n __fish_is_first_arg -a where -d 'Show which way a packet takes, and why'
complete -c wgdesk -n __fish_is_first_arg -a restore -d 'The way back to plain networking'
complete -c wgdesk -n __fish_is_first_arg -a plan -d 'Print the commands of an up'
complete -c wgdesk -n __fish_is_first_arg -a check -d 'Print every problem of a profile'
complete -c wgdesk -n __fish_is_first_arg -a show -d 'Print the text of a profile'
complete -c wgdesk -n __fish_is_first_arg -a import -d 'Take in files, archives and QR codes'
complete -c wgdesk -n __fish_is_first_arg -a new -d 'Make a profile with fresh keys'
complete -c wgdesk -n __fish_is_first_arg -a rename -d 'Give a profile another name'
complete -c wgdesk -n __fish_is_first_arg -a delete -d 'Move a profile into the trash'
complete -c wgdesk -n __fish_is_first_arg -a undelete -d 'Bring back a deleted profile'
complete -c wgdesk -n __fish_is_first_arg -a history -d 'List what a profile was before'
complete -c wgdesk -n __fish_is_first_arg -a tag -d 'Print or change the tags of a profile'
complete -c wgdesk -n __fish_is_first_arg -a export -d 'Write profiles into a new file'
complete -c wgdesk -n __fish_is_first_arg -a keyring -d 'Keep keys in the keyring of the desktop'
complete -c wgdesk -n __fish_is_first_arg -a hooks -d 'The commands of a profile, and who runs them'
complete -c wgdesk -n __fish_is_first_arg -a approvals -d 'What an administrator has approved'
complete -c wgdesk -n __fish_is_first_arg -a boot -d 'Connect a tunnel whenever the machine starts'
complete -c wgdesk -n __fish_is_first_arg -a genkey -d 'Print a new private key'
complete -c wgdesk -n __fish_is_first_arg -a genpsk -d 'Print a new preshared key'
complete -c wgdesk -n __fish_is_first_arg -a pubkey -d 'Print the public key of a private key'

complete -c wgdesk -n '__wgdesk_behind status up sync down toggle log plan show rename delete history tag export keyring hooks boot' -a '(__wgdesk_profiles)'
complete -c wgdesk -n '__wgdesk_behind up sync plan check import' -F
complete -c wgdesk -n '__wgdesk_behind list status up log where check import boot' -l json -d 'One line of JSON'
complete -c wgdesk -n '__wgdesk_behind up sync toggle' -l explain -d 'Print the commands it amounted to'
complete -c wgdesk -n '__wgdesk_behind up toggle' -l wait -d 'Wait for the first handshake'
complete -c wgdesk -n '__wgdesk_behind up toggle' -l dns -x -a 'apply ignore' -d 'Name servers of the profile'
complete -c wgdesk -n '__wgdesk_behind up toggle' -l hooks -x -a 'ignore me root' -d 'Who runs the commands'
complete -c wgdesk -n '__wgdesk_behind down' -l all -d 'Every tunnel of yours'
complete -c wgdesk -n '__wgdesk_behind log' -s f -l follow -d 'Go on with every new line'
complete -c wgdesk -n '__wgdesk_behind show history' -l reveal -d 'Print the secrets too'
complete -c wgdesk -n '__wgdesk_behind import' -l from-machine -d 'Of /etc/wireguard and NetworkManager'
complete -c wgdesk -n '__wgdesk_behind import' -l on-clash -x -a 'keep-both replace skip' -d 'Where a name is taken'
complete -c wgdesk -n '__wgdesk_behind import' -l dry-run -d 'Do nothing'
complete -c wgdesk -n '__wgdesk_behind new' -l server -x -d 'A server of your own'
complete -c wgdesk -n '__wgdesk_behind new' -l device -x -d 'A device of the server'
complete -c wgdesk -n '__wgdesk_behind new' -l only -x -d 'Not all traffic, but this network'
complete -c wgdesk -n '__wgdesk_behind new' -l dns -x -d 'Name server'
complete -c wgdesk -n '__wgdesk_behind new' -l demo -d 'A public demo server'
complete -c wgdesk -n '__wgdesk_behind new' -l all -d 'All traffic'
complete -c wgdesk -n '__wgdesk_behind history' -l show -x -d 'Print that version'
complete -c wgdesk -n '__wgdesk_behind history' -l restore -x -d 'Make that version the profile'
complete -c wgdesk -n '__wgdesk_behind export' -s o -l output -r -F -d 'Where to'
complete -c wgdesk -n '__wgdesk_behind export' -l qr -d 'Show a QR code'
complete -c wgdesk -n '__wgdesk_behind export' -l plain -d 'Take keys out of the keyring'
complete -c wgdesk -n '__wgdesk_behind keyring' -a 'status on off'
complete -c wgdesk -n '__wgdesk_behind keyring' -l all -d 'Every profile'
complete -c wgdesk -n '__wgdesk_behind hooks' -a 'ignore me root'
complete -c wgdesk -n '__wgdesk_behind approvals' -l revoke -x -a '(__wgdesk_profiles)' -d 'Forget it for a profile'
complete -c wgdesk -n '__wgdesk_behind boot' -a 'on off list'
complete -c wgdesk -n '__wgdesk_behind boot' -l hooks -x -a 'ignore root' -d 'Who runs the commands'
