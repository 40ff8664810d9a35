// Unit tests of the parts that do no I/O. Prints nothing when all is well.
#include "account.h"
#include "frame.h"
#include "label.h"
#include "request.h"
#include "signal_name.h"
#include "terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int failures;

#define CHECK(condition)                                                                                              \
    (void)((condition) || (failures++, fprintf(stderr, "%s:%d: %s\n", __func__, __LINE__, #condition)))

// --- frames

/// A buffer of its exact size on the heap, so that a sanitizer sees every step beyond it.
static uint8_t *exact(const void *data, size_t length) {
    uint8_t *copy = malloc(length > 0 ? length : 1);
    if (copy == NULL) {
        abort();
    }
    memcpy(copy, data, length);
    return copy;
}

static void frames_are_found_whole_or_not_at_all(void) {
    uint8_t buffer[64];
    struct writer out = frame_begin(buffer, sizeof buffer, SIGNAL);
    write_string(&out, "TERM");
    size_t length = frame_end(&out);
    CHECK(length == 5 + 8 && !out.overflow);
    for (size_t part = 0; part <= length; part++) {
        uint8_t *data = exact(buffer, part);
        struct frame frame;
        size_t wanted;
        const char *reason = NULL;
        long taken = frame_parse(data, part, &frame, &wanted, &reason);
        CHECK(taken == (part == length ? (long)length : 0));
        CHECK(wanted == (part < 5 ? 5 : length));
        CHECK(part < length || (frame.type == SIGNAL && frame.length == 8));
        free(data);
    }
}

static long parse(const char *bytes, size_t length, size_t *wanted) {
    uint8_t *data = exact(bytes, length);
    struct frame frame;
    const char *reason = NULL;
    long taken = frame_parse(data, length, &frame, wanted, &reason);
    CHECK((taken < 0) == (reason != NULL));
    free(data);
    return taken;
}

static void lengths_are_bounded_by_type(void) {
    size_t wanted;
    CHECK(parse("\x20\x00\x01\x00\x00", 5, &wanted) == 0 && wanted == 65541);
    CHECK(parse("\x20\x00\x01\x00\x01", 5, &wanted) < 0);
    CHECK(parse("\x10\x00\x10\x00\x00", 5, &wanted) == 0 && wanted == (1 << 20) + 5);
    CHECK(parse("\x10\x00\x10\x00\x01", 5, &wanted) < 0);
    CHECK(parse("\x10\xff\xff\xff\xff", 5, &wanted) < 0);
    CHECK(parse("\x21\x00\x00\x00\x00", 5, &wanted) == 5);
    CHECK(parse("\x80", 1, &wanted) < 0); // only the porter says HELLO
    CHECK(parse("\x00", 1, &wanted) < 0);
}

static void writers_stop_at_their_end(void) {
    uint8_t buffer[12];
    struct writer out = frame_begin(buffer, sizeof buffer, OUT);
    write_string(&out, "1234");
    CHECK(out.overflow && out.length == 5);
    write_u32(&out, 7);
    write_u64(&out, 7);
    CHECK(out.length == 9);
}

static struct frame payload_of(uint8_t *data, size_t length) {
    return (struct frame){.type = SPAWN, .payload = data, .length = length};
}

static void strings_are_terminated_in_place(void) {
    uint8_t *data = exact("\0\0\0\3abc\0\0\0\0\0\0\0\1d", 16);
    struct frame frame = payload_of(data, 16);
    struct reader in = reader_of(&frame);
    const char *first = read_string(&in), *second = read_string(&in), *third = read_string(&in);
    CHECK(reader_finished(&in));
    CHECK(strcmp(first, "abc") == 0 && strcmp(second, "") == 0 && strcmp(third, "d") == 0);
    free(data);
}

static void strings_refuse_nul_and_absurd_lengths(void) {
    const char *bad[] = {"\0\0\0\3a\0c", "\0\0\0\4abc", "\xff\xff\xff\xff" "abc"};
    for (size_t i = 0; i < 3; i++) {
        uint8_t *data = exact(bad[i], 7);
        struct frame frame = payload_of(data, 7);
        struct reader in = reader_of(&frame);
        CHECK(read_string(&in)[0] == 0 && in.failed && read_u32(&in) == 0);
        free(data);
    }
    uint8_t *data = exact("\x40\0\0\0\0\0\0\0", 8);
    struct frame frame = payload_of(data, 8);
    struct reader in = reader_of(&frame);
    size_t count = 0;
    CHECK(read_strings(&in, &count) == NULL && in.failed);
    free(data);
}

static size_t sample_spawn(uint8_t *buffer, size_t size, unsigned flags) {
    struct writer out = frame_begin(buffer, size, SPAWN);
    write_string(&out, "me");
    write_u8(&out, PROGRAM_ARGV);
    write_u32(&out, 2);
    write_string(&out, "ls");
    write_string(&out, "");
    write_u32(&out, 1);
    write_string(&out, "A=b");
    write_string(&out, "/tmp");
    write_u8(&out, (uint8_t)flags);
    write_u32(&out, 250);
    if (!(flags & SPAWN_PTY)) {
        return frame_end(&out);
    }
    write_u32(&out, 1);
    write_string(&out, "xterm");
    for (uint32_t i = 1; i <= 4; i++) {
        write_u32(&out, i * 50000);
    }
    write_u32(&out, 1);
    write_u8(&out, 0);
    return frame_end(&out);
}

static void spawn_is_decoded_and_every_shorter_one_refused(void) {
    uint8_t buffer[256];
    size_t length = sample_spawn(buffer, sizeof buffer, SPAWN_PTY) - FRAME_HEADER;
    struct spawn spawn;
    const char *reason = NULL;
    for (size_t part = 0; part <= length; part++) {
        uint8_t *data = exact(buffer + FRAME_HEADER, part);
        struct frame frame = payload_of(data, part);
        bool good = decode_spawn(&frame, &spawn, &reason);
        CHECK(good == (part == length));
        if (good) {
            CHECK(strcmp(spawn.user, "me") == 0 && spawn.word_count == 2 && strcmp(spawn.words[0], "ls") == 0);
            CHECK(spawn.words[1][0] == 0 && spawn.words[2] == NULL && strcmp(spawn.environment[0], "A=b") == 0);
            CHECK(strcmp(spawn.directory, "/tmp") == 0 && spawn.grace == 250 && strcmp(spawn.terms[0], "xterm") == 0);
            CHECK(spawn.window.ws_row == 50000 && spawn.window.ws_col == 65535 && spawn.modes.length == 1);
            free_spawn(&spawn);
        }
        free(data);
    }
}

static void spawn_with_unknown_or_wrong_flags_is_refused(void) {
    for (unsigned flags = 0; flags < 256; flags++) {
        uint8_t buffer[256];
        struct frame frame = payload_of(buffer + FRAME_HEADER, sample_spawn(buffer, sizeof buffer, flags) - FRAME_HEADER);
        struct spawn spawn;
        const char *reason, *wrong = flags > 15 ? "SPAWN: unknown flag" : (flags & 12) == 8 ? "SPAWN: no terminal to pass" : NULL;
        CHECK(decode_spawn(&frame, &spawn, &reason) == (wrong == NULL) && (wrong == NULL || strcmp(reason, wrong) == 0));
        free_spawn(&spawn);
    }
}

// --- accounts

static const char passwd[] = "root:x:0:0:root:/root:/bin/bash\n"
                             "broken:x:1\n"
                             "neg:x:-1:0::/:/bin/sh\n"
                             "huge:x:99999999999:0::/:/bin/sh\n"
                             "minus1:x:4294967295:0::/:/bin/sh\n"
                             "dev:x:1000:1001:Dev,,,:/home/dev:/bin/zsh\n"
                             "bare:x:1002:1002:::\n"
                             "1000:x:77:77::/seven:/bin/sh\n"
                             "last:x:5:5::/last:/bin/last";
static const char group[] = "root:x:0:\n"
                            "tty:x:5:\n"
                            "docker:x:998:other,dev\n"
                            "devs:x:1001:dev\n"
                            "almost:x:33:developer,adev,de\n"
                            "bad:x:a:dev\n"
                            "short:x:12\n"
                            "wheel:x:10:dev,dev";

static bool find(const char *user, struct account *account) {
    struct text p = {.data = passwd, .length = sizeof passwd - 1}, g = {.data = group, .length = sizeof group - 1};
    return account_find(user, p, g, account);
}

static void accounts_by_name_and_number(void) {
    static struct account account;
    CHECK(find("dev", &account) && account.uid == 1000 && account.gid == 1001);
    CHECK(strcmp(account.home, "/home/dev") == 0 && strcmp(account.shell, "/bin/zsh") == 0);
    CHECK(account.group_count == 3 && account.groups[0] == 1001 && account.groups[1] == 998 && account.groups[2] == 10);
    CHECK(find("", &account) && account.uid == 0 && strcmp(account.name, "root") == 0 && account.group_count == 1);
    CHECK(find("1002", &account) && strcmp(account.name, "bare") == 0 && strcmp(account.shell, "/bin/sh") == 0);
    CHECK(strcmp(account.home, "/") == 0);
    CHECK(find("1000", &account) && account.uid == 77); // a name that looks like a number is a name first
    CHECK(find("last", &account) && strcmp(account.shell, "/bin/last") == 0);
    CHECK(find("4242", &account) && account.uid == 4242 && account.gid == 0 && strcmp(account.shell, "/bin/sh") == 0);
}

static void accounts_with_a_group(void) {
    static struct account account;
    CHECK(find("dev:tty", &account) && account.gid == 5 && account.group_count == 1 && account.groups[0] == 5);
    CHECK(find("dev:42", &account) && account.gid == 42);
    CHECK(find(":tty", &account) && account.uid == 0 && account.gid == 5);
    CHECK(!find("dev:nosuch", &account) && !find("dev:", &account) && !find("dev:4294967295", &account));
}

static void accounts_completed_by_the_containers_maker(void) {
    static struct account account;
    struct text g = {.data = group, .length = sizeof group - 1};
    struct account_defaults defaults = {.home = "/made", .shell = "/bin/made", .groups = "tty,4242,,nosuch,998,short"};
    CHECK(find("dev", &account));
    account_complete(&defaults, g, &account);
    CHECK(strcmp(account.home, "/home/dev") == 0 && strcmp(account.shell, "/bin/zsh") == 0 && account.has_entry);
    CHECK(account.group_count == 6 && account.groups[3] == 5 && account.groups[4] == 4242 && account.groups[5] == 12);
    CHECK(find("4242:10", &account));
    account_complete(&defaults, g, &account);
    CHECK(strcmp(account.home, "/made") == 0 && strcmp(account.shell, "/bin/made") == 0 && !account.has_entry);
    CHECK(account.group_count == 5 && account.groups[0] == 10 && account.groups[1] == 5 && account.groups[2] == 4242);
    struct account_defaults odd = {.home = "relative", .shell = "", .groups = NULL};
    CHECK(find("4242", &account));
    account_complete(&odd, g, &account);
    CHECK(strcmp(account.home, "/") == 0 && strcmp(account.shell, "/bin/sh") == 0 && account.group_count == 1);
}

static void accounts_that_are_not_there(void) {
    static struct account account;
    const char *absent[] = {"nosuch", "broken", "neg", "huge", "minus1", "-1", "4294967295", "99999999999", "de", "root\n"};
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) {
        CHECK(!find(absent[i], &account));
    }
    struct text none = {.data = "", .length = 0};
    CHECK(account_find("", none, none, &account) && account.uid == 0 && strcmp(account.home, "/") == 0);
    CHECK(!account_find("dev", none, none, &account));
}

// --- terminals

static struct termios with_modes(const char *modes, size_t length) {
    struct termios termios = {.c_iflag = ICRNL, .c_oflag = OPOST, .c_cflag = CS8 | CREAD, .c_lflag = ECHO | ICANON};
    uint8_t *data = exact(modes, length);
    modes_apply((struct bytes){.data = data, .length = length}, &termios);
    free(data);
    return termios;
}

static void modes_that_linux_has_are_applied(void) {
    struct termios termios = with_modes("\x35\0\0\0\0\x24\0\0\0\0\x48\0\0\0\1\x03\0\0\0\x08\x01\0\0\0\xff\0", 26);
    CHECK(termios.c_lflag == ICANON && termios.c_iflag == 0 && termios.c_oflag == (OPOST | ONLCR));
    CHECK(termios.c_cc[VERASE] == 8 && termios.c_cc[VINTR] == _POSIX_VDISABLE);
    termios = with_modes("\x80\0\0\x25\x80\x81\0\0\x25\x80", 10);
    CHECK(cfgetispeed(&termios) == B9600 && cfgetospeed(&termios) == B9600);
    termios = with_modes("\x5a\0\0\0\1", 5);
    CHECK((termios.c_cflag & CSIZE) == CS7);
    termios = with_modes("\x5b\0\0\0\1\x5a\0\0\0\0", 10);
    CHECK((termios.c_cflag & CSIZE) == CS8);
}

static void modes_end_where_they_end(void) {
    CHECK(with_modes("\0\x35\0\0\0\0", 6).c_lflag == (ECHO | ICANON));
    CHECK(with_modes("\xa0\0\0\0\0\x35\0\0\0\0", 10).c_lflag == (ECHO | ICANON));
    CHECK(with_modes("\x35\0\0\0", 4).c_lflag == (ECHO | ICANON));
    CHECK(with_modes("\x0b\0\0\0\1\x7f\0\0\0\1\x35\0\0\0\0", 15).c_lflag == ICANON); // unknown ones are skipped
    CHECK(with_modes("", 0).c_lflag == (ECHO | ICANON));
}

static void touch(const char *path) {
    FILE *file = fopen(path, "w");
    if (file == NULL || fclose(file) != 0) {
        abort();
    }
}

static void terminfo_is_found_in_both_layouts(void) {
    char base[] = "/tmp/porter-unit-XXXXXX", path[128];
    if (mkdtemp(base) == NULL) {
        abort();
    }
    const char *const directories[] = {NULL, "", "/nosuch", base};
    for (int hex = 0; hex < 2; hex++) {
        const char *name = hex ? "yterm" : "xterm";
        snprintf(path, sizeof path, hex ? "%s/79" : "%s/x", base);
        CHECK(mkdir(path, 0700) == 0);
        snprintf(path, sizeof path, hex ? "%s/79/yterm" : "%s/x/xterm", base);
        touch(path);
        CHECK(terminfo_has(directories, 4, name) && !terminfo_has(directories, 3, name));
        unlink(path);
        CHECK(!terminfo_has(directories, 4, name));
        snprintf(path, sizeof path, hex ? "%s/79" : "%s/x", base);
        rmdir(path);
    }
    char *none[] = {(char[]){"nosuch-1"}, (char[]){"../../etc/passwd"}, (char[]){""}, NULL};
    CHECK(terminfo_choose(none, 3, base, NULL, base) == 2 && terminfo_choose(none, 0, base, NULL, NULL) == -1);
    rmdir(base);
}

// --- signals

static void signals_have_names_and_numbers(void) {
    char digits[16];
    CHECK(signal_number("TERM") == 15 && signal_number("9") == 9 && signal_number("64") == 64);
    const char *none[] = {"", "0", "65", "SIGTERM", "term", "-9", "9x", "99999999999999999999", " 9"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        CHECK(signal_number(none[i]) == 0);
    }
    CHECK(strcmp(signal_name(15, digits, sizeof digits), "TERM") == 0);
    CHECK(strcmp(signal_name(40, digits, sizeof digits), "40") == 0);
}

// --- labels

static void check_title(const char *command, const char *expected) {
    char title[LABEL_TITLE];
    label_title(command, title);
    CHECK(strcmp(title, expected) == 0);
}

static void a_windows_title_means_nothing_to_tmux(void) {
    check_title("make -j4", "make");
    check_title("  CC=gcc V=1\t/usr/bin/make all", "make");
    check_title("./x.sh", "x.sh");
    check_title("#{pane_pid} x", "pane_pid");
    check_title("#(id)", "id");
    check_title("", "command");
    check_title("A=1", "command");
    check_title("-x", "x");
    check_title("/", "command");
    check_title("=;", "command");
    check_title("aaaaaaaaaabbbbbbbbbbccccccccccddddddddddd", "aaaaaaaaaabbbbbbbbbbccccccccccdd");
}

static void check_label(const char *command, const char *expected) {
    char text[LABEL_COMMAND];
    label_command(command, text);
    CHECK(strcmp(text, expected) == 0);
}

static void a_commands_label_is_one_line_and_one_word_of_tmux(void) {
    check_label("make -j4", "make -j4");
    check_label("a\nb\tc\033[31m\177", "a b c [31m ");
    check_label("gr\303\274n \360\237\232\242", "gr\303\274n \360\237\232\242");
    check_label("\377x\303", "?x?");
    check_label("\302\233x", " x"); // C1's CSI
    check_label("make;", "make\\;");
    check_label("make\\;", "make\\\\;");
    check_label(";", "\\;");
    check_label("", "");
}

static void a_commands_label_has_an_end(void) {
    char text[LABEL_COMMAND], command[3 * LABEL_COMMAND];
    for (size_t prefix = 0; prefix < 4; prefix++) {
        memset(command, ';', sizeof command);
        for (size_t i = prefix; i + 3 < sizeof command; i += 3) {
            memcpy(command + i, "\342\202\254", 3);
        }
        command[sizeof command - 1] = 0;
        label_command(command, text);
        CHECK(strlen(text) < LABEL_COMMAND && strlen(text) > LABEL_COMMAND - 8);
    }
    memset(command, ';', sizeof command);
    command[sizeof command - 1] = 0;
    label_command(command, text);
    CHECK(strlen(text) == LABEL_COMMAND - 2 && strcmp(text + LABEL_COMMAND - 4, "\\;") == 0);
}

int main(void) {
    frames_are_found_whole_or_not_at_all();
    lengths_are_bounded_by_type();
    writers_stop_at_their_end();
    strings_are_terminated_in_place();
    strings_refuse_nul_and_absurd_lengths();
    spawn_is_decoded_and_every_shorter_one_refused();
    spawn_with_unknown_or_wrong_flags_is_refused();
    accounts_by_name_and_number();
    accounts_with_a_group();
    accounts_completed_by_the_containers_maker();
    accounts_that_are_not_there();
    modes_that_linux_has_are_applied();
    modes_end_where_they_end();
    terminfo_is_found_in_both_layouts();
    signals_have_names_and_numbers();
    a_windows_title_means_nothing_to_tmux();
    a_commands_label_is_one_line_and_one_word_of_tmux();
    a_commands_label_has_an_end();
    if (failures == 0) {
        puts("unit tests: all passed");
    }
    return failures == 0 ? 0 : 1;
}
