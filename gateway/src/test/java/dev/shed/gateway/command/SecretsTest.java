package dev.shed.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.container.FakeRuntime;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretsTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "create x --env TOKEN=s3cret --json|create x --env TOKEN=*** --json",
                "create x --env 'A=s3cret with blanks' --env=B=s3cret=|create x --env A=*** --env=B=***",
                "create x --env s3cret|create x --env ***",
                "create x --env \"A=s3cret|create …",
                "create x --env 'A=my s3cret|create …",
                "create x --env A=my\\ s3cret\\|create …",
                "create x --repo https://me:s3cret@h/x.git|create x --repo https://***@h/x.git",
                "create x --repo=http://s3cret@h/x.git|create x --repo=http://***@h/x.git",
                "create x --repo http://me:s3/c@ret@h/x.git|create x --repo http://***@h/x.git",
                "create x --repo ftp://s3cret@h/x.git|create x --repo ftp://***@h/x.git",
                "create x --repo me:s3cret@h/x.git|create x --repo ***@h/x.git",
                "create x --repo=me:s3cret@h/x.git|create x --repo=***@h/x.git",
                "create x --repo ssh://git:s3cret@h/x.git|create x --repo ssh://***@h/x.git",
                "create x --repo s3cret@h/x/y.git|create x --repo ***@h/x/y.git",
                "create x --repo 'https://me:s3 cret @h/x.git'|create x --repo https://***@h/x.git",
                "create x --repo https:/me:s3cret@h/x.git|create x --repo ***@h/x.git",
                "create x --repo 'https://h/x.git?private_token=s3cret'|create x --repo https://h/x.git?***",
                "create x --repo ssh://git@h/x.git|create x --repo ssh://git@h/x.git",
                "create x --repo git@h:x.git|create x --repo git@h:x.git",
                "create x --image node:22@sha256:ab|create x --image node:22@sha256:ab",
                "create x --label from=https://s3cret@h/x.git|create x --label from=https://***@h/x.git",
                "kill  demo 'a b'|kill  demo 'a b'",
                "create x --env|create x --env",
                "sned demo work my s3cret|sned …",
                "'sned|'sned",
            })
    void areNotLogged(String line, String logged) {
        assertThat(new Caller(new FakeRuntime(), directory).table().loggable(line))
                .isEqualTo(logged);
    }
}
