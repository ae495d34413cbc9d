# bash completion for wgdesk(1)                            -*- shell-script -*-
# tests/unit/cli/test_manual.py holds it against the command line.

_wgdesk_profiles() {
    local path
    for path in "$HOME"/.wireguard/*.conf; do
        [[ -e $path ]] || continue
        path=${path##*/}
        printf '%s\n' "${path%.conf}"
    done
}

_wgdesk_verbs='list status up sync down toggle log where restore plan check show import
new rename delete undelete history tag export keyring hooks approvals boot genkey genpsk pubkey'

# What may stand behind the verb $1, but for names and files.
_wgdesk_options() {
    case $1 in
        list | status | where | check) echo --json ;;
        up) echo --explain --wait --dns= --hooks= --json ;;
        sync) echo --explain ;;
        down) echo --all ;;
        toggle) echo --explain --wait --dns= --hooks= ;;
        log) echo -f --follow --json ;;
        show) echo --reveal ;;
        import) echo --from-machine --on-clash= --dry-run --json ;;
        new) echo --server --device --only --dns --demo --all ;;
        history) echo --show --restore --reveal ;;
        export) echo -o --output --qr --plain ;;
        keyring) echo --all ;;
        approvals) echo --revoke ;;
        boot) echo --hooks= --json ;;
    esac
}

# The values of the option $2 of the verb $1.
_wgdesk_values() {
    case $1:$2 in
        up:--dns | toggle:--dns) echo apply ignore ;;
        up:--hooks | toggle:--hooks) echo ignore me root ;;
        boot:--hooks) echo ignore root ;;
        import:--on-clash) echo keep-both replace skip ;;
    esac
}

_wgdesk() {
    # shellcheck disable=SC2034  # _init_completion sets it
    local cur prev words cword split
    _init_completion -s || return
    compopt +o default
    local IFS=$' \t\n'
    if ((cword == 1)); then
        mapfile -t COMPREPLY < <(compgen -W "$_wgdesk_verbs --hidden --help --version" -- "$cur")
        return
    fi
    local verb=${words[1]} values
    values=$(_wgdesk_values "$verb" "$prev")
    if [[ -n $values ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$values" -- "$cur")
        return
    fi
    case $prev in
        -o | --output)
            compopt -o filenames
            _filedir
            return
            ;;
        --server | --device | --only | --demo | --wait | --show | --restore) return ;;
        --dns) [[ $verb == new ]] && return ;;
    esac
    if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_wgdesk_options "$verb") --help" -- "$cur")
        [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace
        return
    fi
    IFS=$'\n'
    local names
    case $verb:$cword in
        keyring:2) names=$'status\non\noff' ;;
        hooks:3) names=$'ignore\nme\nroot' ;;
        boot:2) names=$'on\noff\nlist' ;;
        up:* | sync:* | down:* | toggle:* | status:* | log:* | plan:* | show:* | rename:2 | delete:* | \
            history:* | tag:2 | export:* | keyring:* | hooks:* | approvals:* | boot:3) names=$(_wgdesk_profiles) ;;
        check:* | import:*) ;;
        *) return ;;
    esac
    # Not by compgen -W, which would run what a file's name says in $(…).
    local name
    COMPREPLY=()
    while read -r name; do
        [[ -n $name && $name == "$cur"* ]] && COMPREPLY+=("$name")
    done <<<"$names"
    compopt -o filenames # quotes names that have spaces
    case $verb in
        up | sync | plan | check) _filedir conf ;;
        import) _filedir ;;
    esac
} &&
    complete -F _wgdesk wgdesk
