package dev.shed.gateway.e2e;

import java.io.IOException;

class ForwardIT extends ForwardContract {
    @Override
    String newShed(Place place) throws IOException {
        return place.newShed();
    }
}
