/// The program `doctor`: checks of the machine, the engine and the files that a gateway needs.
@NullMarked
package dev.shed.gateway.doctor;

import org.jspecify.annotations.NullMarked;
