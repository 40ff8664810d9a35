// Converts a command to text that is safe to pass to tmux.
#ifndef PORTER_LABEL_H
#define PORTER_LABEL_H

enum { LABEL_TITLE = 33, LABEL_COMMAND = 1024 };

/// The name of a window: the program's name, without characters that have a meaning in a tmux format.
void label_title(const char *command, char title[LABEL_TITLE]);

/// The beginning of the command in printable characters on one line, since tmux prints a line for each item.
/// A semicolon at the end would end the tmux command, so it is escaped.
void label_command(const char *command, char text[LABEL_COMMAND]);

#endif
