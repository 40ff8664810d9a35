package dev.shed.gateway.doctor;

import java.io.IOException;
import java.util.List;

/// Examines one subject. It changes nothing that lasts.
public interface Check {
    /// The subject, in a word.
    String about();

    /// What was found, at least one thing. May block; [Doctor] limits the time. A `ShedException` counts as an error
    /// that was found.
    List<Finding> examine() throws IOException, InterruptedException;
}
