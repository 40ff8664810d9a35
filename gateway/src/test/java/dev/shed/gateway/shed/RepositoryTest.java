package dev.shed.gateway.shed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.shed.gateway.failure.ShedException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryTest {
    private static final String FORGE = "git@github.com:";

    @ParameterizedTest
    @CsvSource({
        "owner/repo, git@github.com:owner/repo.git, repo",
        "owner/repo.git, git@github.com:owner/repo.git, repo",
        "group/sub/repo, git@github.com:group/sub/repo.git, repo",
        "github.com/owner/repo, git@github.com:owner/repo.git, repo",
        "github.com/owner/repo.git, git@github.com:owner/repo.git, repo",
        "gitlab.com/group/sub/repo, https://gitlab.com/group/sub/repo.git, repo",
        "owner/.github, git@github.com:owner/.github.git, .github",
        "https://example.org/a/b.git, https://example.org/a/b.git, b",
        "https://example.org/a/b/, https://example.org/a/b/, b",
        "http://example.org:8080/b, http://example.org:8080/b, b",
        "https://me:secret@example.org/b, https://example.org/b, b",
        "http://token@[::1]:81/a/b, http://[::1]:81/a/b, b",
        "ssh://git@example.org:2222/srv/b.git, ssh://git@example.org:2222/srv/b.git, b",
        "ssh://demo+x@[::1]:22/b, ssh://demo+x@[::1]:22/b, b",
        "git+ssh://example.org/~ada/b.git, git+ssh://example.org/~ada/b.git, b",
        "git@example.org:b.git, git@example.org:b.git, b",
        "example.org:a/b, example.org:a/b, b",
        "/srv/b.git, /srv/b.git, b",
        "/srv/b/.git, /srv/b/.git, b",
        "file:///srv/b.git, file:///srv/b.git, b",
    })
    void isWhatGitClones(String text, String address, String directory) {
        var repository = Repository.parse(text, FORGE);
        assertThat(repository.address()).isEqualTo(address);
        assertThat(repository.directory()).isEqualTo(directory);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "repo",
                "./repo",
                "../repo",
                "-u/x",
                "--upload-pack=touch /tmp/x",
                "ext::sh -c touch% /tmp/x",
                "host::x",
                "git@h::x",
                "fd::17",
                "ftp://h/x",
                "git://h/x",
                "ssh://me:secret@h/x",
                "me:secret@h/x",
                "secret@h/x",
                "https:/me:secret@h/x",
                "HTTP:/me:secret@h/x",
                "https://me:secret @h/x",
                "https://me:sec%0aret@h/x",
                "ssh://-oProxyCommand=touch/x",
                "ssh://-x@h/x",
                "ssh://h/-x",
                "-oProxyCommand=x:y",
                "h:-x",
                "h:",
                "https:///x",
                "https://h/",
                "https://h/a\nb",
                "https://h/a\u0000b",
                "/srv/..",
                "/",
                "owner/repo\u001b[31m",
                "owner/-repo",
                "owner//repo",
                "/srv/a b",
                "/srv/$(x)",
            })
    void anythingElseIsRefused(String text) {
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> Repository.parse(text, FORGE))
                .satisfies(e -> assertThat(e.failure().code()).isEqualTo("INVALID_NAME"));
    }

    @Test
    void aLongOneIsRefused() {
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> Repository.parse("https://h/" + "x".repeat(3000), FORGE));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "https://me:secret@h/x, me, secret",
                "http://token@h/x, token, ''",
                "https://a%40b:p%2Bq%3a+r@h/x, a@b, p+q:+r",
                "https://a%zz:100%@h/x, a%zz, 100%",
                "https://h/x, -, -",
                "ssh://git@h/x, -, -",
                "git@h:x, -, -",
            })
    void aLoginIsToldAnotherWay(String text, String user, String password) {
        var login = Repository.parse(text, FORGE).login();
        assertThat(login.map(GitLogin::user)).isEqualTo(Optional.ofNullable(user));
        assertThat(login.map(GitLogin::password)).isEqualTo(Optional.ofNullable(password));
    }

    @Test
    void theForgesLoginIsAsGood() {
        var repository = Repository.parse("o/r", "https://token@forge.example/");
        assertThat(repository.address()).isEqualTo("https://forge.example/o/r.git");
        assertThat(repository.login()).contains(new GitLogin("token", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "https://me:secret@h/x, https://***@h/x",
        "http://secret@h/x, http://***@h/x",
        "https://h/x, https://h/x",
        "ssh://git@h/x, ssh://git@h/x",
        "git@h:x, git@h:x",
        "https://h/@scope/x, https://h/@scope/x",
    })
    void loginsAreNotShown(String text, String shown) {
        var repository = Repository.parse(text, FORGE);
        assertThat(repository.shown()).isEqualTo(shown);
        assertThat(repository.toString()).doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://secret@h/x",
                "https://me:a/secret@h/x",
                "http://me:p@secret@h/x",
                "me:secret@h/x",
                "ssh://me:secret@h/x"
            })
    void norWhereTheAddressIsRefused(String text) {
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> Repository.parse(text, FORGE))
                .satisfies(e -> assertThat(e.failure().message()).doesNotContain("secret"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fatal: https://me:s3cret@h/x: no|fatal: https://***@h/x: no",
                "a://b@c d://e@f@g|a://***@c d://***@g",
                "://@|://***@",
                "a@b://c|a@b://c",
                "ssh://git@h/x ssh://me:s3cret@h/x|ssh://git@h/x ssh://***@h/x",
                "ssh://git@h:22/x@y|ssh://git@h:22/x@y",
                "ssh://git@h://s3cret@x|ssh://git@h://***@x",
                "git+ssh://me:s@h/x|git+ssh://***@h/x",
                "https://a$1\\@h|https://***@h",
            })
    void loginsInATextAreMasked(String text, String masked) {
        assertThat(Repository.withoutLogins(text)).isEqualTo(masked);
    }

    /// What a kept workspace says of itself may be anything.
    @Test
    @Timeout(5)
    void whateverAnAddressIsComparedWithIsReadInTime() {
        var repository = Repository.parse("https://h/x.git", FORGE);
        assertThat(repository.sameAs("https://h/x" + "/.git".repeat(100))).isTrue();
        for (var part : List.of("/", ".git", "a://", "@", ":", "x")) {
            assertThat(repository.sameAs("https://h/" + part.repeat(1_000_000) + "y"))
                    .as(part)
                    .isFalse();
        }
    }

    /// Every key may send that much, and a server or a file in a shed as well.
    @Test
    @Timeout(5)
    void aLongTextIsMaskedInTheTimeThatItTakesToReadIt() {
        for (var part : List.of("://", "ssh://", "ssh://a", "a:", "://@", " ://", "@")) {
            assertThat(Repository.withoutLogins(part.repeat(300_000))).as(part).isNotEmpty();
            assertThat(Repository.withoutLogin(part.repeat(300_000))).as(part).isNotEmpty();
            assertThat(Repository.withoutLogins(part.repeat(300_000) + "@"))
                    .as(part)
                    .contains("@");
        }
    }
}
