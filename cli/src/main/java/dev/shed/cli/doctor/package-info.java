/// `shed doctor`: what may be wrong, looked at in one go.
@NullMarked
package dev.shed.cli.doctor;

import org.jspecify.annotations.NullMarked;
