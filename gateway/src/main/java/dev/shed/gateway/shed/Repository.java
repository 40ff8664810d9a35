package dev.shed.gateway.shed;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A repository that git can clone, and nothing that git would take for something else: an option, or the name of
/// a helper program to run (`ext::`).
///
/// @param address what git is given; it may carry a password
/// @param directory what the clone is called: the last part of the address, as git itself has it
public record Repository(String address, String directory) {
    private static final String RULE =
            "owner/repo, HOST/owner/repo, https://HOST/PATH, http://HOST/PATH, ssh://[USER@]HOST/PATH,"
                    + " [USER@]HOST:PATH, file:///PATH or /PATH, ending in the repository's name";

    private static final int MAX_LENGTH = 2048;

    /// `owner/repo`, or deeper as in GitLab's subgroups.
    private static final Pattern ON_THE_FORGE =
            Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_.][A-Za-z0-9_.-]*)+");

    /// `github.com/owner/repo`.
    private static final Pattern ON_A_HOST = Pattern.compile(
            "(?<host>[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*\\.[A-Za-z]{2,})/(?<path>[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_.][A-Za-z0-9_.-]*)+)");

    private static final String HOST = "(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9_][A-Za-z0-9_.-]*)";

    private static final String USER_INFO = "([^-@/\\p{Cntrl}\\s][^@/\\p{Cntrl}\\s]*@)?";

    private static final Pattern URL = Pattern.compile(
            "(https?|ssh|git\\+ssh|ssh\\+git)://" + USER_INFO + HOST + "(:[0-9]{1,5})?/[^-\\p{Cntrl}][^\\p{Cntrl}]*");

    /// `host:path`. A second colon after the first would name a helper, and two slashes make it a URL.
    private static final Pattern LIKE_SCP =
            Pattern.compile("([A-Za-z0-9_][A-Za-z0-9_.+-]*@)?" + HOST + ":(?!//)[^-:\\p{Cntrl}][^\\p{Cntrl}]*");

    private static final Pattern LOCAL = Pattern.compile("(file://)?/[^\\p{Cntrl}]+");

    private static final Pattern DIRECTORY = Pattern.compile("[A-Za-z0-9_.][A-Za-z0-9_.+-]{0,127}");

    private static final Pattern PASSWORD = Pattern.compile("(://[^:@/]*):[^@/]*@");

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
            return of(forge + text + (text.endsWith(".git") ? "" : ".git"), text);
        }
        if (List.of(URL, LIKE_SCP, LOCAL).stream()
                .map(each -> each.matcher(text))
                .anyMatch(Matcher::matches)) {
            return of(text, text);
        }
        throw invalid(text);
    }

    /// As browsers show it: on the configured forge as that wants it, elsewhere over https.
    private static Repository onHost(String given, String host, String path, String forge) {
        var prefix = forge.matches(".*(^|[@/])" + Pattern.quote(host) + "[:/].*") ? forge : "https://" + host + "/";
        return of(prefix + path + (path.endsWith(".git") ? "" : ".git"), given);
    }

    /// Whether another address is of the same repository, whichever way it leads there.
    boolean sameAs(String other) {
        return place(address).equals(place(other.strip()));
    }

    /// `HOST/PATH`, or the path of a local one.
    private static String place(String address) {
        return address.replaceFirst("^[a-z+]+://", "")
                .replaceFirst("^[^@/]*@", "")
                .replaceFirst("^([^/:]+):[0-9]+/", "$1/")
                .replaceFirst("^([^/:]+):/*", "$1/")
                .replaceFirst("(/|\\.git)*$", "");
    }

    /// The address as it may be shown and written down.
    public String shown() {
        return withoutPasswords(address);
    }

    /// `text` with the passwords taken out of the addresses in it.
    public static String withoutPasswords(String text) {
        return PASSWORD.matcher(text).replaceAll("$1:***@");
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
        return new Repository(address, directory);
    }

    private static ShedException invalid(String given) {
        return new ShedException(new Failure.InvalidName("repository", withoutPasswords(given), RULE));
    }
}
