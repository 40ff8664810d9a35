/// Where a call begins and ends: finds its verb, and hands over to ssh what that comes to.
@NullMarked
package dev.shed.cli.main;

import org.jspecify.annotations.NullMarked;
