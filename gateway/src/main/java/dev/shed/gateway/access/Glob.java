package dev.shed.gateway.access;

/// Patterns as in ssh_config(5), PATTERNS: `*` matches any text, `?` any character.
public final class Glob {
    private Glob() {}

    /// Whether `pattern` matches all of `text`. Takes at most time proportional to the product of their
    /// lengths: backtracking to the last `*` is enough, since an earlier one can match nothing that the last
    /// one cannot.
    public static boolean matches(String pattern, String text) {
        int at = 0;
        int star = -1;
        int resume = 0;
        for (int i = 0; i < text.length(); ) {
            if (at < pattern.length() && pattern.charAt(at) == '*') {
                star = at++;
                resume = i;
            } else if (at < pattern.length() && (pattern.charAt(at) == '?' || pattern.charAt(at) == text.charAt(i))) {
                at++;
                i++;
            } else if (star >= 0) {
                at = star + 1;
                i = ++resume;
            } else {
                return false;
            }
        }
        return pattern.substring(at).chars().allMatch(c -> c == '*');
    }
}
