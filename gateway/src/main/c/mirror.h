// Shows tmux what is in the foreground of the terminal behind the relay. tmux reads the command line and the directory
// of the process group in the foreground of its own terminal, which is the relay.
#ifndef PORTER_MIRROR_H
#define PORTER_MIRROR_H

#include <stddef.h>
#include <sys/types.h>

enum { MIRROR_NAME = 256 };

/// Where the arguments of this process are, and how much room there is: the environment is behind them.
struct mirror {
    char *start;
    size_t arguments, room;
    char shown[MIRROR_NAME];
};

/// To be called before the environment is changed. What is read of it later is overwritten.
void mirror_open(struct mirror *mirror, char **argv, char **environment);
/// Takes on the name and the directory of a process; those of `leader` where the first may not be read.
void mirror_show(struct mirror *mirror, pid_t process, pid_t leader);

#endif
