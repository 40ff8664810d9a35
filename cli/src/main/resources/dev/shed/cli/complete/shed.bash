# shellcheck shell=bash
# Completion of `shed` for bash 3.2 and later. The client itself says what could come next; no text of a server is run.

_shed() {
    local line word last i words=()
    # bash splits words at '=' and ':' as well; here they are put together again.
    for ((i = 1; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]} last=${#words[@]}
        if [[ $last -gt 0 && ($word == [=:] || ${COMP_WORDS[i - 1]} == [=:]) ]]; then
            words[last - 1]+=$word
        else
            words[last]=$word
        fi
    done
    word=${words[${#words[@]} - 1]}
    # What bash has split off stays on its line, so it is no part of a reply.
    last=''
    [[ $word == "${COMP_WORDS[COMP_CWORD]}" ]] || last=${word%"${word##*[=:]}"}
    COMPREPLY=()
    while IFS= read -r line; do
        line=${line%%$'\t'*}
        COMPREPLY[${#COMPREPLY[@]}]=${line#"$last"}
    done < <(command shed __complete "${words[@]}" 2>/dev/null </dev/null)
}

complete -F _shed shed
