import Recipes
import Testing

struct ScheduleTests {
  @Test(arguments: [
    (Schedule.constant, 0, 1.0), (.constant, 99, 1), (.cosine(), 0, 1), (.cosine(), 50, 0.5),
    (.cosine(), 100, 0),
    (.cosine(warmup: 0.1), 0, 0), (.cosine(warmup: 0.1), 5, 0.5), (.cosine(warmup: 0.1), 10, 1),
    (.cosine(warmup: 0.1), 55, 0.5), (.cosine(warmup: 0.1), 1000, 0), (.cosine(warmup: 1), 50, 0.5),
    (.cosine(warmup: 0.29), 29, 1),
  ])
  func shares(schedule: Schedule, step: Int, expected: Double) {
    #expect(abs(schedule.share(at: step, of: 100) - expected) < 1e-15)
  }

  @Test func aRunWithoutStepsHasNoRate() {
    #expect(Schedule.cosine(warmup: 0.1).share(at: 0, of: 0) == 0)
  }
}
