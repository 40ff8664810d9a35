package dev.shed.gateway.shed;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An address of a repository that is safe to pass to git: not an option, and not the name of a helper program to run
/// (`ext::`).
///
/// @param address what git is given
/// @param directory what the clone is called: the last part of the address, as git itself has it
/// @param login what the address said before an HTTP server's name, which git is given another way
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

    /// Ssh takes no password from an address.
    private static final Pattern SSH =
            Pattern.compile("(ssh|git\\+ssh|ssh\\+git)://([^-:@/\\p{Cntrl}\\s][^:@/\\p{Cntrl}\\s]*@)?" + REST);

    /// `host:path`. A second colon after the first would name a helper, two slashes make it a URL, one slash behind a
    /// scheme is a slip, and what ends in `@` is no path but a password.
    private static final Pattern LIKE_SCP =
            Pattern.compile("(?!(?i:https?|ftps?|file):)([A-Za-z0-9_][A-Za-z0-9_.+-]*@)?" + HOST
                    + ":(?!//)(?![^/]*@)[^-:\\p{Cntrl}][^\\p{Cntrl}]*");

    private static final Pattern LOCAL = Pattern.compile("(file://)?/[^\\p{Cntrl}]+");

    private static final Pattern DIRECTORY = Pattern.compile("[A-Za-z0-9_.][A-Za-z0-9_.+-]{0,127}");

    private static final Pattern WORD = Pattern.compile("\\S+");

    /// Where what may be a secret begins. The user of ssh is none.
    private static final Pattern BEFORE_SECRET = Pattern.compile("(?<!ssh)://|ssh://(?=[^:@/]*:)");

    /// `user:password@host/path` or `token@host/path`, without anything in front. In `user@host:path` there is none.
    private static final Pattern BARE_SECRET = Pattern.compile("^([^\\s:@/]+:(?!//)[^\\s@]*|[^\\s:@/]+(?=@[^:]*$))@");

    /// The repository that `text` names; `INVALID_NAME` when git could not clone it, or should not.
    ///
    /// @param forge what goes in front of `owner/repo`
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

    /// As browsers show it: on the configured forge as that wants it, elsewhere over https.
    private static Repository onHost(String given, String host, String path, String forge) {
        var prefix = forge.matches(".*(^|[@/])" + Pattern.quote(host) + "[:/].*") ? forge : "https://" + host + "/";
        return onForge(prefix + path + (path.endsWith(".git") ? "" : ".git"), given);
    }

    /// The configured forge may carry a login, too.
    private static Repository onForge(String address, String given) {
        return HTTP.matcher(address).matches() ? parse(address, "") : of(address, given);
    }

    private Repository with(Optional<GitLogin> given) {
        return new Repository(address, directory, given);
    }

    /// Whether another address is of the same repository, whichever way it leads there.
    public boolean sameAs(String other) {
        return other.length() <= MAX_LENGTH && place(address).equals(place(other.strip()));
    }

    /// `HOST/PATH`, or the path of a local one.
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

    /// The address for people.
    public String shown() {
        return login.isEmpty() ? address : address.replaceFirst("://", "://" + MASK);
    }

    /// The same of an address that may still have its login: a label or a remote of somebody else's.
    public static String shown(String address) {
        var http = HTTP.matcher(address);
        if (!http.matches()) {
            return withoutLogins(address);
        }
        return http.group("login") == null ? address : http.group("scheme") + MASK + http.group("rest");
    }

    /// `text` without what may be a login in the addresses in it.
    public static String withoutLogins(String text) {
        return WORD.matcher(text).replaceAll(word -> Matcher.quoteReplacement(withoutSecret(word.group())));
    }

    /// Rather too much than too little is masked: an address that breaks the rules may have a slash or an at sign in
    /// its password. Anybody can send a long word, and it must not take longer than it is long.
    private static String withoutSecret(String word) {
        int end = word.lastIndexOf('@');
        var before = BEFORE_SECRET.matcher(word).region(0, Math.max(end, 0));
        return before.find() ? word.substring(0, before.end()) + MASK + word.substring(end + 1) : word;
    }

    /// What is meant to be the address of a repository, in the same way. A query is no part of one, but may be a token.
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
