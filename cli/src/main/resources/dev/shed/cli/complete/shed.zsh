#compdef shed
# Completion of `shed` for zsh. The client itself says what could come next; no text of a server is run.

_shed() {
    local line
    local -a values shown
    while IFS= read -r line; do
        values+=("${line%%$'\t'*}")
        shown+=("${line/$'\t'/  -- }")
    done < <(command shed __complete "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null </dev/null)
    (( $#values )) && compadd -l -d shown -a values
}

if [[ ${funcstack[1]} == _shed ]]; then
    _shed "$@"
else
    compdef _shed shed
fi
