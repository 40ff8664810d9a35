#include "mirror.h"

#include "proc.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

void mirror_open(struct mirror *mirror, char **argv, char **environment) {
    char *end = argv[0];
    mirror->start = argv[0];
    for (; *argv != NULL && *argv == end; argv++) {
        end += strlen(end) + 1;
    }
    mirror->arguments = (size_t)(end - mirror->start);
    for (; *environment != NULL && *environment == end; environment++) {
        end += strlen(end) + 1;
    }
    mirror->room = (size_t)(end - mirror->start);
    mirror->shown[0] = 0;
}

/// Linux takes what begins at the arguments up to the first NUL for the command line, if their last byte is not NUL.
static void show_name(struct mirror *mirror, const char *name) {
    size_t length = strlen(name);
    if (length + 1 > mirror->room) {
        const char *slash = strrchr(name, '/');
        name = slash == NULL ? name : slash + 1;
        length = strlen(name);
    }
    if (length + 1 > mirror->room) {
        return;
    }
    memset(mirror->start, 0, mirror->room);
    memcpy(mirror->start, name, length);
}

static void enter(pid_t process, pid_t leader) {
    char path[32];
    snprintf(path, sizeof path, "/proc/%d/cwd", (int)process);
    if (chdir(path) != 0) {
        snprintf(path, sizeof path, "/proc/%d/cwd", (int)leader);
        (void)!chdir(path); // the program may have ended just now
    }
}

void mirror_show(struct mirror *mirror, pid_t process, pid_t leader) {
    char name[MIRROR_NAME];
    if (proc_read(process, "cmdline", name, sizeof name) && strcmp(name, mirror->shown) != 0) {
        show_name(mirror, name);
        strcpy(mirror->shown, name);
    }
    enter(process, leader);
}
