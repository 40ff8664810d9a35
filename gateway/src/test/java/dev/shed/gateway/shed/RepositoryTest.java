package dev.shed.gateway.shed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.shed.gateway.failure.ShedException;
import org.junit.jupiter.api.Test;
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
        "https://me:secret@example.org/b, https://me:secret@example.org/b, b",
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
        assertThat(Repository.parse(text, FORGE)).isEqualTo(new Repository(address, directory));
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

    @Test
    void passwordsAreNotShown() {
        assertThat(Repository.parse("https://me:secret@h/x", FORGE).shown()).isEqualTo("https://me:***@h/x");
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> Repository.parse("ftp://me:secret@h/x", FORGE))
                .satisfies(e -> assertThat(e.failure().message()).doesNotContain("secret"));
    }
}
