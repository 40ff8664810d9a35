// What a terminal needs before a program starts on it.
#ifndef PORTER_TERMINAL_H
#define PORTER_TERMINAL_H

#include "request.h"

#include <termios.h>

/// Applies SSH's encoded terminal modes (RFC 4254, section 8); what Linux does not have is skipped, and so is the rest
/// of a string that breaks off.
void modes_apply(struct bytes modes, struct termios *termios);

/// True when one of the directories holds a compiled entry of that name.
bool terminfo_has(const char *const *directories, size_t count, const char *term);

/// The first name with an entry that a program with this environment would find, else the last; -1 without names.
int terminfo_choose(char *const *terms, size_t count, const char *home, const char *terminfo, const char *dirs);

#endif
