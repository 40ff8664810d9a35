// Reads processes from /proc.
#ifndef PORTER_PROC_H
#define PORTER_PROC_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct process {
    pid_t pid, parent, group, session;
    int terminal; // 0 for none
    uid_t user;
    bool ended;
    char name[32];
};

/// Reads the beginning of /proc/PID/NAME; false if that fails or it is empty.
bool proc_read(pid_t pid, const char *name, char *text, size_t size);
bool proc_find(pid_t pid, struct process *process);

/// The next process in an open /proc (NULL if it could not be opened); 0 at the end.
pid_t proc_next(DIR *proc);
void proc_close(DIR *proc);

#endif
