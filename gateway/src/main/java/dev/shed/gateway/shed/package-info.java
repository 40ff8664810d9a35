/// What a shed is: its container, its workspace, its ports, and short commands that are run in it.
@NullMarked
package dev.shed.gateway.shed;

import org.jspecify.annotations.NullMarked;
