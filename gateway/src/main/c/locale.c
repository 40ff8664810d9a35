#include "locale.h"

#include "variables.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// glibc's locale archive (locale/locarchive.h): numbers in host byte order, and a table of names.
#define ARCHIVE "/usr/lib/locale/locale-archive"
#define ARCHIVE_MAGIC 0xde020109

enum { MAX_LOCALE = 64, MAX_NAMES = 1 << 20, AT_NAMES = 5, AT_NAMES_USED = 6, ARCHIVE_HEAD = 8 };

bool locale_is_variable(const char *entry) {
    static const char *const names[] = {"LANG",        "LC_ALL",   "LC_CTYPE",   "LC_NUMERIC",   "LC_TIME",
                                        "LC_COLLATE",  "LC_MONETARY", "LC_MESSAGES", "LC_PAPER", "LC_NAME",
                                        "LC_ADDRESS",  "LC_TELEPHONE", "LC_MEASUREMENT", "LC_IDENTIFICATION"};
    size_t length = strcspn(entry, "=");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strlen(names[i]) == length && strncmp(names[i], entry, length) == 0) {
            return true;
        }
    }
    return false;
}

/// Normalises the codeset as glibc does: `de_DE.UTF-8@euro` becomes `de_DE.utf8@euro`.
static void normalise(const char *name, char to[MAX_LOCALE]) {
    size_t kept = strcspn(name, ".");
    memcpy(to, name, kept);
    if (name[kept] == '.') {
        const char *at = name + kept;
        to[kept++] = *at++;
        for (; *at != 0 && *at != '@'; at++) {
            if (isalnum((unsigned char)*at)) {
                to[kept++] = (char)tolower((unsigned char)*at);
            }
        }
        while (*at != 0) {
            to[kept++] = *at++;
        }
    }
    to[kept] = 0;
}

static bool is_in_directories(const char *directories, const char *name) {
    while (directories != NULL && *directories != 0) {
        char path[4096];
        int length = (int)strcspn(directories, ":");
        struct stat info;
        int written = snprintf(path, sizeof path, "%.*s/%s", length, directories, name);
        if (length > 0 && written > 0 && (size_t)written < sizeof path && stat(path, &info) == 0) {
            return true;
        }
        directories += length + (directories[length] == ':' ? 1 : 0);
    }
    return false;
}

/// Whether the table contains the name, with a NUL before and after it.
static bool is_in_table(const char *table, size_t size, const char *name) {
    size_t length = strlen(name) + 1; // with its NUL
    for (const char *at = table, *found; (found = memmem(at, size - (size_t)(at - table), name, length)) != NULL;
         at = found + 1) {
        if (found == table || found[-1] == 0) {
            return true;
        }
    }
    return false;
}

static bool is_in_archive(const char *path, const char *name) {
    uint32_t head[ARCHIVE_HEAD];
    bool found = false;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return false;
    }
    if (read(fd, head, sizeof head) == (ssize_t)sizeof head && head[0] == ARCHIVE_MAGIC &&
        head[AT_NAMES_USED] <= MAX_NAMES) {
        char *table = malloc(head[AT_NAMES_USED] + 1);
        ssize_t size = table == NULL ? -1 : pread(fd, table, head[AT_NAMES_USED], head[AT_NAMES]);
        found = size > 0 && is_in_table(table, (size_t)size, name);
        free(table);
    }
    close(fd);
    return found;
}

bool locale_known(const char *name, char *const *environment) {
    char normalised[MAX_LOCALE];
    const char *archive = variables_get(environment, "LOCALE_ARCHIVE");
    if (strlen(name) >= MAX_LOCALE || strchr(name, '/') != NULL || name[0] == '.') {
        return false;
    }
    normalise(name, normalised);
    if (name[0] == 0 || strcmp(name, "C") == 0 || strcmp(name, "POSIX") == 0 || strcmp(normalised, "C.utf8") == 0) {
        return true;
    }
    const char *places[] = {variables_get(environment, "LOCPATH"), "/usr/lib/locale",
                            variables_get(environment, "MUSL_LOCPATH"), "/usr/share/i18n/locales/musl"};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (is_in_directories(places[i], name) || is_in_directories(places[i], normalised)) {
            return true;
        }
    }
    return is_in_archive(archive == NULL ? ARCHIVE : archive, normalised) || is_in_archive(ARCHIVE, name);
}
