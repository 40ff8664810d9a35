package dev.shed.gateway.doctor;

import dev.shed.gateway.failure.Failure;
import java.util.List;

/// What could not be examined, because of a failure before.
public record FailedCheck(String about, Failure failure) implements Check {
    @Override
    public List<Finding> examine() {
        return List.of(Finding.error(failure.message(), "# " + failure.hint().replace("\n", "\n# ")));
    }
}
