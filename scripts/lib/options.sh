# shellcheck shell=bash
# The options that up and down share. Sets OPT_CONFIG, OPT_STATE, OPT_PORT, SHED, STOP_SHEDS. Needs say.sh.

# shellcheck disable=SC2034 # read by the script that sources this
parse_options() {
    OPT_CONFIG='' OPT_STATE='' OPT_PORT='' SHED=demo STOP_SHEDS=''
    while [[ $# -gt 0 ]]; do
        case $1 in
            -h | --help)
                usage
                exit 0
                ;;
            --config=* | --state=* | --port=* | --shed=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" ;;
            --sheds)
                STOP_SHEDS=yes
                shift
                ;;
            --config | --state | --port | --shed)
                [[ $# -ge 2 && -n $2 ]] || fail "$1 needs a value" "$0 --help"
                case $1 in
                    --config) OPT_CONFIG=$2 ;;
                    --state) OPT_STATE=$2 ;;
                    --port) OPT_PORT=$2 ;;
                    --shed) SHED=$2 ;;
                esac
                shift 2
                ;;
            *) fail "unknown option: $1" "$0 --help" ;;
        esac
    done
}
