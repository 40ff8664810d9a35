#ifndef PORTER_SIGNAL_NAME_H
#define PORTER_SIGNAL_NAME_H

#include <stddef.h>

/// The number of a signal from its name without SIG or its decimal number; 0 if there is none.
int signal_number(const char *name);
/// The name of a signal without SIG. A number without a name is written into `buffer` as digits.
const char *signal_name(int number, char *buffer, size_t size);

#endif
