/// `shed doctor`: checks everything that a login depends on.
@NullMarked
package dev.shed.cli.doctor;

import org.jspecify.annotations.NullMarked;
