package dev.shed.gateway.doctor;

import dev.shed.gateway.doctor.Finding.Severity;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.text.Json;
import java.io.PrintStream;
import java.util.List;

/// `shed-gateway doctor`: prints what the checks have found.
///
/// @param doctor runs the checks
/// @param out for the result; there is no other output
public record DoctorProgram(Doctor doctor, PrintStream out) {
    private static final String SYNOPSIS = "shed-gateway doctor [--json] [--config FILE]";

    /// Indents the lines of a cure to the column of the subject.
    private static final String ARROW = "         -> ";

    /// The answer with `--json`.
    ///
    /// @param ok whether there is no error
    record Answer(boolean ok, List<Item> findings) {
        record Item(String about, String severity, String message, List<String> cure) {}
    }

    /// Runs the checks and prints what they have found.
    ///
    /// @param words the arguments after `doctor`
    /// @return 0 if there is no error, else 1
    public int run(List<String> words) throws InterruptedException {
        boolean json = words.equals(List.of("--json"));
        if (!json && !words.isEmpty()) {
            throw new ShedException(Failure.usage("unexpected arguments: " + String.join(" ", words), SYNOPSIS));
        }
        var rows = doctor.examine();
        boolean ok = rows.stream().noneMatch(row -> row.finding().severity() == Severity.ERROR);
        if (json) {
            out.print(Json.line(
                    new Answer(ok, rows.stream().map(DoctorProgram::item).toList())));
        } else {
            rows.forEach(this::print);
        }
        return ok ? 0 : 1;
    }

    private static Answer.Item item(Doctor.Row row) {
        var finding = row.finding();
        return new Answer.Item(row.about(), finding.severity().word(), finding.message(), finding.cure());
    }

    private void print(Doctor.Row row) {
        var finding = row.finding();
        out.print("%-7s  %s: %s%n"
                .formatted(finding.severity().word(), row.about(), FailureText.printable(finding.message())));
        finding.cure().forEach(line -> out.print(ARROW + FailureText.printable(line) + "\n"));
    }
}
