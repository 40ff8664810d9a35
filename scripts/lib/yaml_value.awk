# The value of `key`, at the top if `section` is empty, else in it. Sets: section, key. For plain scalars and both kinds of
# quotes on one line; nothing else of YAML is in a configuration of the gateway's where this looks.

# A scalar without what YAML puts around it.
function scalar(text,    quote, at, letter, value) {
    quote = substr(text, 1, 1)
    if (quote != "\"" && quote != "'") {
        sub(/(^|[ \t]+)#.*/, "", text)
        sub(/[ \t\r]+$/, "", text)
        return text
    }
    for (at = 2; at <= length(text); at++) {
        letter = substr(text, at, 1)
        if (quote == "\"" && letter == "\\") {
            letter = substr(text, ++at, 1)
        } else if (letter == quote) {
            if (quote == "\"" || substr(text, at + 1, 1) != quote) break
            at++
        }
        value = value letter
    }
    return value
}

/^[^ \t#]/ {
    current = $0
    sub(/:.*/, "", current)
}

(section == "" && /^[^ \t#]/ && current == key) || (section != "" && current == section && $0 ~ "^[ ]+" key ":[ \t]") {
    line = $0
    if (sub(/^[ ]*[^:]+:[ \t]+/, "", line) && (line = scalar(line)) != "") {
        print line
        exit
    }
}
