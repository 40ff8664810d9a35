/// Getting in: the host key, why ssh does not get in, and coming back when a link was lost.
@NullMarked
package dev.shed.cli.login;

import org.jspecify.annotations.NullMarked;
