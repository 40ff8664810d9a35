// Prepares a terminal for a program: modes and TERM.
#ifndef PORTER_TERMINAL_H
#define PORTER_TERMINAL_H

#include "request.h"

#include <termios.h>

/// Applies SSH's encoded terminal modes (RFC 4254, section 8). Modes that Linux does not have are skipped, as
/// is an incomplete end of the string.
void modes_apply(struct bytes modes, struct termios *termios);

/// True if one of the directories has a compiled terminfo entry of that name.
bool terminfo_has(const char *const *directories, size_t count, const char *term);

/// The index of the first name with an entry that a program with this environment would find, or of the last
/// name; -1 without names.
int terminfo_choose(char *const *terms, size_t count, const char *home, const char *terminfo, const char *dirs);

#endif
