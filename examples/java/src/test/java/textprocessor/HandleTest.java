package textprocessor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class HandleTest {
    private static final Pointer POINTER = new Pointer(16);

    private final List<Pointer> freed = Collections.synchronizedList(new ArrayList<>());
    private final Handle handle = new Handle(POINTER, "thing", freed::add);

    @Test
    void aHandleIsFreedOnceIfClosedTwice() {
        handle.close();
        handle.close();
        assertEquals(List.of(POINTER), freed);
        assertThrows(IllegalStateException.class, () -> handle.call(pointer -> 0));
    }

    @Test
    void theLastCallFreesAClosedHandle() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            CountDownLatch inside = new CountDownLatch(2);
            List<CountDownLatch> leave = List.of(new CountDownLatch(1), new CountDownLatch(1));
            List<Future<?>> calls = new ArrayList<>();
            for (CountDownLatch mayLeave : leave) {
                calls.add(threads.submit(() -> handle.call(pointer -> {
                    inside.countDown();
                    await(mayLeave);
                    return 0;
                })));
            }
            inside.await();
            handle.close();
            assertThrows(IllegalStateException.class, () -> handle.call(pointer -> 0));
            leave.get(1).countDown();
            calls.get(1).get();
            assertEquals(List.of(), freed);
            leave.get(0).countDown();
            calls.get(0).get();
            assertEquals(List.of(POINTER), freed);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aCallThatFailsEndsItsUseOfTheHandle() {
        assertThrows(ArithmeticException.class, () -> handle.call(pointer -> 1 / 0));
        handle.close();
        assertEquals(List.of(POINTER), freed);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
