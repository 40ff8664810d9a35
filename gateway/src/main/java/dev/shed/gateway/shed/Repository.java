package dev.shed.gateway.shed;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An address of a repository that is safe to pass to git: neither an option nor the name of a helper program
/// (`ext::`).
///
/// @param address the address for git
/// @param directory the name of the clone's directory: the last part of the address, as git chooses it
/// @param login the user information of an HTTP address, which git receives separately
public record Repository(String address, String directory, Optional<GitLogin> login) {
    private static final String RULE =
            "owner/repo, HOST/owner/repo, https://[LOGIN@]HOST/PATH, http://[LOGIN@]HOST/PATH, ssh://[USER@]HOST/PATH,"
                    + " [USER@]HOST:PATH, file:///PATH or /PATH, ending in the repository's name";

    private static final String MASK = "***@";

    private static final int MAX_LENGTH = 2048;

    /// `owner/repo`, or deeper as in GitLab's subgroups.
    private static final Pattern ON_THE_FORGE =
            Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_.][A-Za-z0-9_.-]*)+");

    /// `github.com/owner/repo`.
    private static final Pattern ON_A_HOST = Pattern.compile(
            "(?<host>[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*\\.[A-Za-z]{2,})/(?<path>[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_.][A-Za-z0-9_.-]*)+)");

    private static final String HOST = "(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9_][A-Za-z0-9_.-]*)";

    private static final String REST = HOST + "(:[0-9]{1,5})?/[^-\\p{Cntrl}][^\\p{Cntrl}]*";

    private static final Pattern HTTP = Pattern.compile(
            "(?<scheme>https?://)((?<login>[^-@/\\p{Cntrl}\\s][^@/\\p{Cntrl}\\s]*)@)?(?<rest>" + REST + ")");

    /// An `ssh://` address. It may have a user but no password.
    private static final Pattern SSH =
            Pattern.compile("(ssh|git\\+ssh|ssh\\+git)://([^-:@/\\p{Cntrl}\\s][^:@/\\p{Cntrl}\\s]*@)?" + REST);

    /// `host:path`. Excluded are a second colon (a helper program), two slashes (a URL), one slash after a
    /// scheme (a typing error), and an address that ends in `@` (a password, not a path).
    private static final Pattern LIKE_SCP =
            Pattern.compile("(?!(?i:https?|ftps?|file):)([A-Za-z0-9_][A-Za-z0-9_.+-]*@)?" + HOST
                    + ":(?!//)(?![^/]*@)[^-:\\p{Cntrl}][^\\p{Cntrl}]*");

    private static final Pattern LOCAL = Pattern.compile("(file://)?/[^\\p{Cntrl}]+");

    private static final Pattern DIRECTORY = Pattern.compile("[A-Za-z0-9_.][A-Za-z0-9_.+-]{0,127}");

    private static final Pattern WORD = Pattern.compile("\\S+");

    /// The position before text that may be a secret. The user of an ssh address is not a secret.
    private static final Pattern BEFORE_SECRET = Pattern.compile("(?<!ssh)://|ssh://(?=[^:@/]*:)");

    /// `user:password@host/path` or `token@host/path` without a scheme. `user@host:path` contains no secret.
    private static final Pattern BARE_SECRET = Pattern.compile("^([^\\s:@/]+:(?!//)[^\\s@]*|[^\\s:@/]+(?=@[^:]*$))@");

    /// Parses `text`. Fails with `INVALID_NAME` if git could not clone it, or must not.
    ///
    /// @param forge the prefix for `owner/repo`
    public static Repository parse(String text, String forge) {
        if (text.length() > MAX_LENGTH || text.startsWith("-")) {
            throw invalid(text);
        }
        var named = ON_A_HOST.matcher(text);
        if (named.matches()) {
            return onHost(text, named.group("host"), named.group("path"), forge);
        }
        if (ON_THE_FORGE.matcher(text).matches()) {
            return onForge(forge + text + (text.endsWith(".git") ? "" : ".git"), text);
        }
        var http = HTTP.matcher(text);
        if (http.matches()) {
            return of(http.group("scheme") + http.group("rest"), text)
                    .with(Optional.ofNullable(http.group("login"))
                            .map(login -> GitLogin.parse(login, () -> invalid(text))));
        }
        if (List.of(SSH, LIKE_SCP, LOCAL).stream()
                .map(each -> each.matcher(text))
                .anyMatch(Matcher::matches)) {
            return of(text, text);
        }
        throw invalid(text);
    }

    /// Expands an address as a browser shows it: with the forge's prefix on the configured forge, with https
    /// elsewhere.
    private static Repository onHost(String given, String host, String path, String forge) {
        var prefix = forge.matches(".*(^|[@/])" + Pattern.quote(host) + "[:/].*") ? forge : "https://" + host + "/";
        return onForge(prefix + path + (path.endsWith(".git") ? "" : ".git"), given);
    }

    /// Parses an address on the configured forge, which may contain a login, too.
    private static Repository onForge(String address, String given) {
        return HTTP.matcher(address).matches() ? parse(address, "") : of(address, given);
    }

    private Repository with(Optional<GitLogin> given) {
        return new Repository(address, directory, given);
    }

    /// Whether another address names the same repository, by whatever protocol.
    public boolean sameAs(String other) {
        return other.length() <= MAX_LENGTH && place(address).equals(place(other.strip()));
    }

    /// `HOST/PATH`, or the path of a local repository.
    private static String place(String address) {
        var place = address.replaceFirst("^[a-z+]+://", "")
                .replaceFirst("^[^@/]*@", "")
                .replaceFirst("^([^/:]+):[0-9]+/", "$1/")
                .replaceFirst("^([^/:]+):/*", "$1/");
        while (place.endsWith("/") || place.endsWith(".git")) {
            place = place.substring(0, place.length() - (place.endsWith("/") ? 1 : ".git".length()));
        }
        return place;
    }

    /// The address without its login, for output.
    public String shown() {
        return login.isEmpty() ? address : address.replaceFirst("://", "://" + MASK);
    }

    /// `address` without its login, for output. A label or a remote that was set by others may still have
    /// one.
    public static String shown(String address) {
        var http = HTTP.matcher(address);
        if (!http.matches()) {
            return withoutLogins(address);
        }
        return http.group("login") == null ? address : http.group("scheme") + MASK + http.group("rest");
    }

    /// `text` with all possible logins in its addresses masked.
    public static String withoutLogins(String text) {
        return WORD.matcher(text).replaceAll(word -> Matcher.quoteReplacement(withoutSecret(word.group())));
    }

    /// Masks the login in a word. An invalid address may have a slash or an at sign in its password, so it
    /// masks too much rather than too little. The time is linear in the length of the word, since any client
    /// can send a long one.
    private static String withoutSecret(String word) {
        int end = word.lastIndexOf('@');
        var before = BEFORE_SECRET.matcher(word).region(0, Math.max(end, 0));
        return before.find() ? word.substring(0, before.end()) + MASK + word.substring(end + 1) : word;
    }

    /// Masks the login in an address, and its query, which may contain a token.
    public static String withoutLogin(String address) {
        var masked = withoutSecret(BARE_SECRET.matcher(address).replaceFirst(MASK));
        int query = masked.contains("://") ? masked.indexOf('?') : -1;
        return query < 0 ? masked : masked.substring(0, query) + "?***";
    }

    private static Repository of(String address, String given) {
        var path = address.replaceFirst("/+$", "")
                .replaceFirst("(/\\.git|\\.git)$", "")
                .replaceFirst("/+$", "");
        var directory = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf(':')) + 1);
        boolean usable = DIRECTORY.matcher(directory).matches()
                && !directory.equals(".")
                && !directory.equals("..")
                && !directory.equals(".git");
        if (!usable) {
            throw invalid(given);
        }
        return new Repository(address, directory, Optional.empty());
    }

    private static ShedException invalid(String given) {
        return new ShedException(Failure.invalidName("repository", withoutLogin(given), RULE));
    }
}
