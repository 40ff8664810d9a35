package dev.shed.gateway.e2e;

import java.io.IOException;

/// A container that the gateway did not make: its porter's connections are carried.
class CarriedForwardIT extends ForwardContract {
    @Override
    String newShed(Place place) throws IOException {
        return place.newAdoptedShed();
    }
}
