#include "terminal.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum field { INPUT, LOCAL, OUTPUT, CONTROL, CHAR };

struct mode {
    uint8_t opcode;
    uint8_t field;
    uint32_t value; // the flag, or the index of the control character
};

// RFC 4254 section 8, without modes that Linux lacks: VDSUSP (11), VFLUSH (15), VSTATUS (17).
static const struct mode modes_known[] = {
    {1, CHAR, VINTR},      {2, CHAR, VQUIT},     {3, CHAR, VERASE},    {4, CHAR, VKILL},      {5, CHAR, VEOF},
    {6, CHAR, VEOL},       {7, CHAR, VEOL2},     {8, CHAR, VSTART},    {9, CHAR, VSTOP},      {10, CHAR, VSUSP},
    {12, CHAR, VREPRINT},  {13, CHAR, VWERASE},  {14, CHAR, VLNEXT},   {16, CHAR, VSWTC},     {18, CHAR, VDISCARD},
    {30, INPUT, IGNPAR},   {31, INPUT, PARMRK},  {32, INPUT, INPCK},   {33, INPUT, ISTRIP},   {34, INPUT, INLCR},
    {35, INPUT, IGNCR},    {36, INPUT, ICRNL},   {37, INPUT, IUCLC},   {38, INPUT, IXON},     {39, INPUT, IXANY},
    {40, INPUT, IXOFF},    {41, INPUT, IMAXBEL}, {42, INPUT, IUTF8},   {50, LOCAL, ISIG},     {51, LOCAL, ICANON},
    {52, LOCAL, XCASE},    {53, LOCAL, ECHO},    {54, LOCAL, ECHOE},   {55, LOCAL, ECHOK},    {56, LOCAL, ECHONL},
    {57, LOCAL, NOFLSH},   {58, LOCAL, TOSTOP},  {59, LOCAL, IEXTEN},  {60, LOCAL, ECHOCTL},  {61, LOCAL, ECHOKE},
    {62, LOCAL, PENDIN},   {70, OUTPUT, OPOST},  {71, OUTPUT, OLCUC},  {72, OUTPUT, ONLCR},   {73, OUTPUT, OCRNL},
    {74, OUTPUT, ONOCR},   {75, OUTPUT, ONLRET}, {90, CONTROL, CS7},   {91, CONTROL, CS8},    {92, CONTROL, PARENB},
    {93, CONTROL, PARODD},
};

enum { OP_END = 0, OP_ISPEED = 128, OP_OSPEED = 129, OP_UNDEFINED = 160 };

struct speed {
    uint32_t baud;
    speed_t code;
};

static const struct speed speeds[] = {
    {50, B50},         {75, B75},         {110, B110},       {134, B134},       {150, B150},       {200, B200},
    {300, B300},       {600, B600},       {1200, B1200},     {1800, B1800},     {2400, B2400},     {4800, B4800},
    {9600, B9600},     {19200, B19200},   {38400, B38400},   {57600, B57600},   {115200, B115200}, {230400, B230400},
    {460800, B460800}, {921600, B921600},
};

static void apply_speed(struct termios *termios, uint8_t opcode, uint32_t baud) {
    for (size_t i = 0; i < sizeof speeds / sizeof speeds[0]; i++) {
        if (speeds[i].baud == baud) {
            (void)(opcode == OP_ISPEED ? cfsetispeed(termios, speeds[i].code) : cfsetospeed(termios, speeds[i].code));
        }
    }
}

static void set_flag(tcflag_t *flags, const struct mode *mode, uint32_t value) {
    tcflag_t flag = mode->value;
    if (mode->field == CONTROL && (flag == CS7 || flag == CS8)) {
        // The character size has two bits: replace the field, never clear bits only.
        *flags = value != 0 ? (*flags & ~(tcflag_t)CSIZE) | flag : *flags;
    } else {
        *flags = value != 0 ? *flags | flag : *flags & ~flag;
    }
}

static void apply_mode(struct termios *termios, const struct mode *mode, uint32_t value) {
    tcflag_t *const flags[] = {&termios->c_iflag, &termios->c_lflag, &termios->c_oflag, &termios->c_cflag};
    if (mode->field == CHAR) {
        termios->c_cc[mode->value] = value == 255 ? (cc_t)_POSIX_VDISABLE : (cc_t)value;
    } else {
        set_flag(flags[mode->field], mode, value);
    }
}

void modes_apply(struct bytes modes, struct termios *termios) {
    for (size_t at = 0; at + 5 <= modes.length; at += 5) {
        const uint8_t *op = modes.data + at;
        uint32_t value = (uint32_t)op[1] << 24 | (uint32_t)op[2] << 16 | (uint32_t)op[3] << 8 | op[4];
        if (op[0] == OP_END || op[0] >= OP_UNDEFINED) {
            return; // RFC 4254: opcodes from 160 on have arguments of unknown length
        }
        if (op[0] == OP_ISPEED || op[0] == OP_OSPEED) {
            apply_speed(termios, op[0], value);
        }
        for (size_t i = 0; i < sizeof modes_known / sizeof modes_known[0]; i++) {
            if (modes_known[i].opcode == op[0]) {
                apply_mode(termios, &modes_known[i], value);
            }
        }
    }
}

static bool readable(const char *path, int length, size_t size) {
    return length > 0 && (size_t)length < size && access(path, R_OK) == 0;
}

static bool directory_has(const char *directory, size_t length, const char *term) {
    char path[4096];
    if (length == 0 || length > 2048) {
        return false;
    }
    int count = snprintf(path, sizeof path, "%.*s/%c/%s", (int)length, directory, term[0], term);
    if (readable(path, count, sizeof path)) {
        return true;
    }
    count = snprintf(path, sizeof path, "%.*s/%02x/%s", (int)length, directory, (unsigned char)term[0], term);
    return readable(path, count, sizeof path);
}

static bool usable(const char *term) {
    return term[0] != 0 && term[0] != '.' && strchr(term, '/') == NULL && strlen(term) < 256;
}

bool terminfo_has(const char *const *directories, size_t count, const char *term) {
    if (!usable(term)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        // TERMINFO_DIRS is a list; a single directory is a list of one.
        for (const char *at = directories[i]; at != NULL;) {
            const char *colon = strchr(at, ':');
            if (directory_has(at, colon == NULL ? strlen(at) : (size_t)(colon - at), term)) {
                return true;
            }
            at = colon == NULL ? NULL : colon + 1;
        }
    }
    return false;
}

int terminfo_choose(char *const *terms, size_t count, const char *home, const char *terminfo, const char *dirs) {
    char own[4096];
    int length = snprintf(own, sizeof own, "%s/.terminfo", home);
    const char *places[] = {
        length > 0 && (size_t)length < sizeof own ? own : NULL, terminfo,
        dirs, "/etc/terminfo:/lib/terminfo:/usr/share/terminfo:/usr/local/share/terminfo",
    };
    for (size_t i = 0; i < count; i++) {
        if (terminfo_has(places, sizeof places / sizeof places[0], terms[i])) {
            return (int)i;
        }
    }
    return (int)count - 1;
}
