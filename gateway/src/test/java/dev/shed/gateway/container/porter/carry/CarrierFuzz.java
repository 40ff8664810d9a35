package dev.shed.gateway.container.porter.carry;

import java.io.IOException;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.Arrays;

/// Fuzz target: what a porter whose connections are carried sends.
public final class CarrierFuzz {
    private CarrierFuzz() {}

    /// Reads one input; throws what no input may lead to.
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        var porter = FakeStream.greeted();
        var carrier = new Carrier(porter, "fuzz", Duration.ofHours(1), CarrierFuzz::receive);
        // In two pieces, wherever the first byte says.
        int cut = input.length == 0 ? 0 : (input[0] & 0xff) % input.length;
        for (int i = 0; i < cut; i++) {
            porter.says(input[i]);
        }
        if (cut < input.length) {
            porter.says(Arrays.copyOfRange(input, cut, input.length));
        }
        porter.ends();
        try {
            carrier.run(OutputStream.nullOutputStream());
        } catch (ProtocolException _) {
            // The one thing that the carrier expects: the stream is closed.
        }
        if (!porter.isClosed()) {
            throw new AssertionError("a stream that stays open");
        }
    }

    private static void receive(CarriedLink link) {
        try (link) {
            link.receive((_, _, _) -> true);
        } catch (IOException _) {
            // Closed with the stream.
        }
    }
}
