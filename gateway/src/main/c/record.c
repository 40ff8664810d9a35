#include "record.h"

#include "proc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { AFTER_NAME_TO_START = 20 }; // fields of /proc/PID/stat

static bool fits(int length, size_t size) {
    return length > 0 && (size_t)length < size;
}

static const char *variable(const char *name) {
    const char *value = getenv(name);
    return value == NULL ? "" : value;
}

static void take_pane(struct record *record) {
    const char *value = variable("TMUX_PANE");
    bool good = value[0] == '%' && strlen(value) < sizeof record->pane && strspn(value + 1, "0123456789") == strlen(value) - 1;
    snprintf(record->pane, sizeof record->pane, "%s", good ? value : "");
}

void record_open(struct record *record, pid_t pane) {
    const char *state = variable("XDG_STATE_HOME"), *home = variable("HOME");
    size_t size = sizeof record->directory;
    int length = state[0] != 0 ? snprintf(record->directory, size, "%s/shed/agents", state)
                               : snprintf(record->directory, size, "%s/.local/state/shed/agents", home);
    take_pane(record);
    record->path[0] = 0;
    if (fits(length, size) && record->directory[0] == '/') {
        snprintf(record->path, sizeof record->path, "%s/%d.relay", record->directory, (int)pane);
    }
}

static void make_directory(const char *path) {
    char part[PATH_MAX / 2];
    snprintf(part, sizeof part, "%s", path);
    for (char *slash = strchr(part + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        mkdir(part, 0700);
        *slash = '/';
    }
    mkdir(part, 0700);
}

/// When a process began, as /proc/PID/stat tells it.
static bool find_start(pid_t pid, char *start, size_t size) {
    char text[1024];
    if (!proc_read(pid, "stat", text, sizeof text)) {
        return false;
    }
    const char *field = strrchr(text, ')');
    for (int i = 0; i < AFTER_NAME_TO_START && field != NULL; i++) {
        field = strchr(field + 1, ' ');
    }
    return field != NULL && fits(snprintf(start, size, "%.*s", (int)strcspn(field + 1, " "), field + 1), size);
}

static size_t format(char *text, const struct record *record, const struct report *report, pid_t teller, uint64_t since) {
    struct process process;
    char start[32], name[sizeof process.name], agent[2 * sizeof name + 3], message[2 * REPORT_MESSAGE + 3];
    if (!proc_find(teller, &process) || !find_start(teller, start, sizeof start)) {
        return 0;
    }
    printable_copy(name, sizeof name, process.name, strlen(process.name));
    json_string(agent, name);
    json_string(message, report->message);
    int length = snprintf(text, REPORT_JSON,
                          "{\"version\":1,\"agent\":%s,\"pid\":%d,\"procStart\":\"%s\",\"pane\":\"%s\",\"state\":\"%s\","
                          "%s\"message\":%s,\"since\":%llu}\n",
                          agent, (int)teller, start, record->pane, report->state,
                          strcmp(report->state, "blocked") != 0 ? ""
                          : report->permission                  ? "\"kind\":\"permission\","
                                                                : "\"kind\":\"question\",",
                          message, (unsigned long long)since);
    return fits(length, REPORT_JSON) ? (size_t)length : 0;
}

void record_write(const struct record *record, const struct report *report, pid_t teller, uint64_t since) {
    char text[REPORT_JSON], temporary[PATH_MAX + 4];
    if (record->path[0] == 0) {
        return;
    }
    size_t length = report->state == NULL ? 0 : format(text, record, report, teller, since);
    if (length == 0) {
        record_remove(record);
        return;
    }
    snprintf(temporary, sizeof temporary, "%s.new", record->path);
    make_directory(record->directory);
    unlink(temporary);
    int file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    bool written = file >= 0 && write(file, text, length) == (ssize_t)length;
    if (file >= 0) {
        close(file);
    }
    if (!written || rename(temporary, record->path) != 0) {
        unlink(temporary);
    }
}

void record_remove(const struct record *record) {
    if (record->path[0] != 0) {
        unlink(record->path);
    }
}
