# Completion of `shed` for fish 3.1 and later. The client itself says what could come next; no text of a server is run.

function __shed_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    command shed __complete $words[2..-1] "$current" 2>/dev/null </dev/null
end

complete -c shed -f -k -a '(__shed_complete)'
