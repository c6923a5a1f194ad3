package dev.flightgate.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleBinaryOperator;
import java.util.function.ToDoubleFunction;

/** What repetitions of one measurement yielded, in their order. At least one; immutable. */
final class Samples {

  private final double[] values;

  Samples(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("no samples");
    }
    this.values = values.clone();
  }

  /** One value of each repetition. */
  static <T> Samples of(List<T> repetitions, ToDoubleFunction<T> value) {
    return new Samples(repetitions.stream().mapToDouble(value).toArray());
  }

  double[] values() {
    return values.clone();
  }

  double median() {
    return quantile(0.5);
  }

  double min() {
    return Arrays.stream(values).min().orElseThrow();
  }

  double max() {
    return Arrays.stream(values).max().orElseThrow();
  }

  /** The value below which the share of samples lies, interpolated between the nearest two. */
  double quantile(double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double position = share * (sorted.length - 1);
    int below = (int) Math.floor(position);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
  }

  /** Each repetition's ratio: what shook the machine in a repetition shook both. */
  Samples dividedBy(Samples other) {
    return paired(other, (one, another) -> one / another);
  }

  /** Each repetition's sum. */
  Samples plus(Samples other) {
    return paired(other, Double::sum);
  }

  private Samples paired(Samples other, DoubleBinaryOperator operator) {
    if (other.values.length != values.length) {
      throw new IllegalArgumentException(
          values.length + " repetitions against " + other.values.length);
    }
    double[] results = new double[values.length];
    for (int i = 0; i < results.length; i++) {
      results[i] = operator.applyAsDouble(values[i], other.values[i]);
    }
    return new Samples(results);
  }

  /** The median, and the range in brackets, with three digits that count. */
  @Override
  public String toString() {
    return values.length == 1
        ? number(values[0])
        : number(median()) + " (" + number(min()) + " to " + number(max()) + ")";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Samples samples && Arrays.equals(values, samples.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  /** A number with three digits that count, at most three of them behind the point. */
  static String number(double value) {
    double size = Math.abs(value);
    int places = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + places + "f", value);
  }
}
