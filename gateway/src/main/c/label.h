// A command as words that tmux can be given.
#ifndef PORTER_LABEL_H
#define PORTER_LABEL_H

enum { LABEL_TITLE = 33, LABEL_COMMAND = 1024 };

/// A window's name: the program's, of characters that mean nothing to tmux, since tmux takes a name for a format.
void label_title(const char *command, char title[LABEL_TITLE]);

/// The beginning of the command on one line, in printable characters: what tmux lists must stay one line. A semicolon at
/// the end would end the tmux command; it is escaped.
void label_command(const char *command, char text[LABEL_COMMAND]);

#endif
