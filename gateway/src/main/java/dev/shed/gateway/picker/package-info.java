/// The lobby's session picker: a list of sheds and sessions on a terminal. Drawing and the effects of keys do
/// no I/O; only [Picker] reads, writes and waits.
@NullMarked
package dev.shed.gateway.picker;

import org.jspecify.annotations.NullMarked;
