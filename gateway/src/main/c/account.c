#include "account.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_FILE = 8 << 20 };

/// Whether account_enter has changed ids that account_leave must restore.
static bool entered;

static struct text text_of(const char *string) {
    return (struct text){.data = string, .length = strlen(string)};
}

/// Removes the text up to the separator from the front of `rest`. After the last field `rest->data` is NULL.
static bool next_field(struct text *rest, char separator, struct text *field) {
    if (rest->data == NULL) {
        return false;
    }
    const char *end = memchr(rest->data, separator, rest->length);
    field->data = rest->data;
    field->length = end == NULL ? rest->length : (size_t)(end - rest->data);
    if (end == NULL) {
        *rest = (struct text){.data = NULL, .length = 0};
    } else {
        rest->data += field->length + 1;
        rest->length -= field->length + 1;
    }
    return true;
}

static bool split(struct text line, struct text *fields, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (!next_field(&line, ':', &fields[i])) {
            return false;
        }
    }
    return true;
}

static bool equals(struct text text, const char *other, size_t length) {
    return text.length == length && memcmp(text.data, other, length) == 0;
}

static bool number(struct text text, uint32_t *value) {
    uint64_t sum = 0;
    if (text.length == 0 || text.length > 10) {
        return false;
    }
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
        sum = sum * 10 + (uint64_t)(text.data[i] - '0');
    }
    *value = (uint32_t)sum;
    return sum < UINT32_MAX; // the system calls read (uid_t)-1 as "do not change"
}

static bool copy(struct text text, char *to, size_t size) {
    if (text.length >= size || memchr(text.data, 0, text.length) != NULL) {
        return false;
    }
    memcpy(to, text.data, text.length);
    to[text.length] = 0;
    return true;
}

static bool from_entry(struct text line, struct account *account) {
    struct text field[7];
    uint32_t uid, gid;
    if (!split(line, field, 7) || !number(field[2], &uid) || !number(field[3], &gid)) {
        return false;
    }
    account->uid = uid;
    account->gid = gid;
    account->has_entry = true;
    return field[0].length > 0 && copy(field[0], account->name, sizeof account->name) &&
           copy(field[5], account->home, sizeof account->home) && copy(field[6], account->shell, sizeof account->shell);
}

static bool find_entry(struct text user, struct text passwd, bool by_name, struct account *account) {
    struct text line, name;
    uint32_t uid = 0;
    if (!by_name && !number(user, &uid)) {
        return false;
    }
    while (next_field(&passwd, '\n', &line)) {
        struct text rest = line;
        if (by_name && !(next_field(&rest, ':', &name) && equals(name, user.data, user.length))) {
            continue;
        }
        if (from_entry(line, account) && (by_name || account->uid == uid)) {
            return true;
        }
    }
    return false;
}

bool group_find(const char *name, struct text group, gid_t *gid) {
    struct text line, field[4];
    while (next_field(&group, '\n', &line)) {
        uint32_t value;
        if (split(line, field, 3) && equals(field[0], name, strlen(name)) && number(field[2], &value)) {
            *gid = value;
            return true;
        }
    }
    return false;
}

static bool has_member(struct text members, const char *name) {
    struct text member;
    while (next_field(&members, ',', &member)) {
        if (equals(member, name, strlen(name))) {
            return true;
        }
    }
    return false;
}

static void add_group(struct account *account, gid_t gid) {
    for (size_t i = 0; i < account->group_count; i++) {
        if (account->groups[i] == gid) {
            return;
        }
    }
    if (account->group_count < MAX_GROUPS) {
        account->groups[account->group_count++] = gid;
    }
}

static void find_groups(struct text group, struct account *account) {
    struct text line, field[4];
    while (next_field(&group, '\n', &line)) {
        uint32_t gid;
        if (split(line, field, 4) && number(field[2], &gid) && has_member(field[3], account->name)) {
            add_group(account, gid);
        }
    }
}

/// An account for a uid without an entry, as Docker creates it.
static bool find_bare_uid(struct text user, struct account *account) {
    uint32_t uid;
    if (!number(user, &uid) || !copy(user, account->name, sizeof account->name)) {
        return false;
    }
    account->uid = uid;
    account->gid = 0;
    account->home[0] = account->shell[0] = 0;
    account->has_entry = false;
    return true;
}

static bool gid_of(struct text name, struct text group, gid_t *gid) {
    char text[MAX_NAME];
    return number(name, gid) ||
           (name.length > 0 && copy(name, text, sizeof text) && group_find(text, group, gid));
}

bool account_find(const char *user, struct text passwd, struct text group, struct account *account) {
    const char *colon = strchr(user, ':');
    struct text name = {.data = user, .length = colon == NULL ? strlen(user) : (size_t)(colon - user)};
    if (name.length == 0) {
        name = text_of("0");
    }
    account->group_count = 0;
    account->as_is = false;
    if (!find_entry(name, passwd, true, account) && !find_entry(name, passwd, false, account) &&
        !find_bare_uid(name, account)) {
        return false;
    }
    if (account->home[0] == 0) {
        strcpy(account->home, "/");
    }
    if (account->shell[0] == 0) {
        strcpy(account->shell, "/bin/sh");
    }
    if (colon != NULL && !gid_of(text_of(colon + 1), group, &account->gid)) {
        return false;
    }
    add_group(account, account->gid);
    if (colon == NULL) {
        find_groups(group, account);
    }
    return true;
}

static void take_default(const char *value, char to[MAX_PATH]) {
    if (value != NULL && value[0] == '/') {
        copy(text_of(value), to, MAX_PATH);
    }
}

/// Adds supplementary groups as the engine does for its own exec: unknown groups are skipped.
static void add_groups(struct text names, struct text group, struct account *account) {
    struct text name;
    gid_t gid;
    while (next_field(&names, ',', &name)) {
        if (gid_of(name, group, &gid)) {
            add_group(account, gid);
        }
    }
}

void account_complete(const struct account_defaults *defaults, struct text group, struct account *account) {
    if (!account->has_entry) {
        take_default(defaults->home, account->home);
        take_default(defaults->shell, account->shell);
    }
    if (defaults->groups != NULL) {
        add_groups(text_of(defaults->groups), group, account);
    }
    account->as_is = defaults->as_is;
}

static struct text load(const char *path, void **memory) {
    struct text text = {.data = "", .length = 0};
    struct stat info;
    // Non-blocking, since the container may have put a FIFO here.
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool is_file = fd >= 0 && fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0;
    size_t size = !is_file ? 0 : info.st_size < MAX_FILE ? (size_t)info.st_size : MAX_FILE;
    char *data = is_file ? malloc(size) : NULL;
    ssize_t count = 1;
    while (data != NULL && text.length < size && (count = read(fd, data + text.length, size - text.length)) > 0) {
        text.length += (size_t)count;
    }
    text.data = data == NULL ? text.data : data;
    *memory = data;
    if (fd >= 0) {
        close(fd);
    }
    return text;
}

bool account_load(const char *user, const struct account_defaults *defaults, struct account *account) {
    void *passwd_memory, *group_memory;
    struct text passwd = load("/etc/passwd", &passwd_memory);
    struct text group = load("/etc/group", &group_memory);
    bool found = account_find(user, passwd, group, account);
    if (found) {
        account_complete(defaults, group, account);
    }
    free(passwd_memory);
    free(group_memory);
    return found;
}

gid_t account_tty_group(void) {
    void *memory;
    gid_t gid;
    bool found = group_find("tty", load("/etc/group", &memory), &gid);
    free(memory);
    return found ? gid : (gid_t)-1;
}

int account_become(const struct account *account) {
    if (account->as_is || geteuid() != 0) {
        return account->uid == geteuid() ? 0 : EPERM;
    }
    if (setgroups(account->group_count, account->groups) != 0 ||
        setresgid(account->gid, account->gid, account->gid) != 0 ||
        setresuid(account->uid, account->uid, account->uid) != 0) {
        return errno;
    }
    return 0;
}

int account_enter(const struct account *account) {
    if (account->as_is || geteuid() != 0) {
        return account->uid == geteuid() ? 0 : EPERM;
    }
    if (setgroups(account->group_count, account->groups) != 0) {
        return errno;
    }
    entered = true;
    if (setegid(account->gid) != 0 || seteuid(account->uid) != 0) {
        int error = errno;
        account_leave();
        return error;
    }
    return 0;
}

void account_leave(void) {
    if (!entered) {
        return;
    }
    entered = false;
    // A worker that cannot restore its ids must exit, or it would go on with the wrong ones.
    gid_t none = 0;
    if (seteuid(0) != 0 || setegid(0) != 0 || setgroups(1, &none) != 0) {
        _exit(1);
    }
}
