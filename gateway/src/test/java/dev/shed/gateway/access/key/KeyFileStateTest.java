package dev.shed.gateway.access.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyFileStateTest {
    private static final int REGULAR = 0100000;
    private static final int DIRECTORY = 0040000;
    private static final int OWN_UID = 1000;

    @ParameterizedTest
    @CsvSource({
        "600,1000,700,1000,true",
        "644,1000,755,1000,true",
        "644,0,755,0,true",
        "444,0,755,1000,true",
        "664,1000,755,1000,false",
        "646,1000,755,1000,false",
        "644,1001,755,1000,false",
        "644,1000,775,1000,false",
        "644,1000,757,1000,false",
        "644,1000,755,1001,false",
    })
    void onlyRootAndTheOwnUserMayBeAbleToChangeTheKeys(
            String mode, int uid, String directoryMode, int directoryUid, boolean trusted) {
        var state = state(REGULAR | Integer.parseInt(mode, 8), uid, Integer.parseInt(directoryMode, 8), directoryUid);

        assertThat(state.objection(OWN_UID).isEmpty()).isEqualTo(trusted);
    }

    @ParameterizedTest
    @CsvSource({"4", "1", "2", "6", "14"})
    void nothingButARegularFileIsRead(String type) {
        var state = state(Integer.parseInt(type, 8) << 12 | 0600, OWN_UID, 0700, OWN_UID);

        assertThat(state.objection(OWN_UID)).contains("it is not a regular file");
    }

    /// Only what is wrong is mended.
    @ParameterizedTest
    @CsvSource({
        "600,1000,700,1000,''",
        "666,1000,755,1000,chmod go-w /d/k",
        "600,1001,755,1000,chown 1000 /d/k",
        "620,1001,755,0,chown 1000 /d/k;chmod go-w /d/k",
        "600,1000,777,1001,chown 1000 /d;chmod go-w /d",
        "600,1000,1777,1000,''",
    })
    void theCureIsForWhatIsWrong(String mode, int uid, String directoryMode, int directoryUid, String commands) {
        var state = state(REGULAR | Integer.parseInt(mode, 8), uid, Integer.parseInt(directoryMode, 8), directoryUid);

        assertThat(String.join(";", state.cures(Path.of("/d/k"), OWN_UID))).isEqualTo(commands);
    }

    /// Who can change a directory further up can put another one in the place of the file's.
    @ParameterizedTest
    @CsvSource({
        "755,0,true",
        "750,1000,true",
        "1777,0,true",
        "777,0,false",
        "775,1000,false",
        "755,1001,false",
        "1777,1001,false",
    })
    void everyDirectoryAboveIsLookedAt(String mode, int uid, boolean trusted) {
        var safe = state(REGULAR | 0600, OWN_UID, 0700, OWN_UID);
        var above = new KeyFileState.Owned(DIRECTORY | Integer.parseInt(mode, 8), uid);
        var root = new KeyFileState.Ancestor(Path.of("/"), new KeyFileState.Owned(DIRECTORY | 0755, 0));
        var state = new KeyFileState(
                safe.file(),
                safe.directory(),
                List.of(new KeyFileState.Ancestor(Path.of("/srv"), above), root),
                1,
                0,
                FileTime.fromMillis(0),
                FileTime.fromMillis(0));

        assertThat(state.objection(OWN_UID).isEmpty()).isEqualTo(trusted);
        assertThat(state.objection(OWN_UID).orElse("/srv")).contains("/srv");
        // It may be somebody's home.
        assertThat(state.cures(Path.of("/srv/d/k"), OWN_UID)).noneMatch(command -> command.startsWith("chown"));
        assertThat(state.cures(Path.of("/srv/d/k"), OWN_UID).isEmpty()).isEqualTo(trusted);
    }

    private static KeyFileState state(int mode, int uid, int directoryMode, int directoryUid) {
        return new KeyFileState(
                new KeyFileState.Owned(mode, uid),
                new KeyFileState.Owned(DIRECTORY | directoryMode, directoryUid),
                List.of(),
                1,
                0,
                FileTime.fromMillis(0),
                FileTime.fromMillis(0));
    }
}
