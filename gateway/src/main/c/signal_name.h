#ifndef PORTER_SIGNAL_NAME_H
#define PORTER_SIGNAL_NAME_H

#include <stddef.h>

/// The number of a signal told by name without SIG or by decimal number; 0 when there is none.
int signal_number(const char *name);
/// The name without SIG; numbers without a name are written as digits into `buffer`.
const char *signal_name(int number, char *buffer, size_t size);

#endif
