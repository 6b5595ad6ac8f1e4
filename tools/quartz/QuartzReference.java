import java.io.*;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.*;
import java.time.zone.*;
import java.util.*;
import org.quartz.CronExpression;

/**
 * Says what Quartz's own CronExpression makes of rules, and what java.time makes of the contract's rule at changes of offsets. One request a line on
 * stdin, one answer a line on stdout; the fields are separated by tabs. reference.ts says what they mean.
 */
public class QuartzReference {
  static final long BEGIN = 1577836800L, END = 1893456000L;
  static final int ALL_MOST = 600, WINDOWS = 60, IN_WINDOW = 5;
  static final long NEAR = 86400L;

  public static void main(String[] args) throws Exception {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var out = new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8));
    for (String line; (line = in.readLine()) != null; ) {
      String[] part = line.split("\t", -1);
      switch (part[0]) {
        case "VALID" -> out.println(CronExpression.isValidExpression(part[1]) ? "yes" : "no");
        case "FIRES" -> out.println(orEndless(() -> fires(part[1], part[2])));
        case "CHANGES" -> out.println(changes(part[1]));
        case "CONTRACT" -> out.println(contract(part[1], part[2], Long.parseLong(part[3])));
        default -> throw new IllegalArgumentException(line);
      }
    }
    out.flush();
  }

  /** Some rules keep Quartz busy for ever. */
  static String orEndless(java.util.concurrent.Callable<String> call) throws Exception {
    var task = new java.util.concurrent.FutureTask<>(call);
    var thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(10, java.util.concurrent.TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException endless) {
      thread.stop();
      return "ENDLESS";
    }
  }

  /** All fires of ten years, or five in each of 60 windows where there are many; those within a day of a change of the offset are left out. */
  static String fires(String zone, String rule) throws Exception {
    var expression = new CronExpression(rule);
    expression.setTimeZone(TimeZone.getTimeZone(zone));
    var changes = changesOf(zone);
    var all = new ArrayList<Long>();
    take(expression, changes, BEGIN - 1, ALL_MOST + 1, all);
    boolean isAll = all.size() <= ALL_MOST;
    if (!isAll) {
      all.clear();
      for (int window = 0; window < WINDOWS; window++) take(expression, changes, BEGIN + window * ((END - BEGIN) / WINDOWS) + window * 7919L, IN_WINDOW, all);
    }
    String text = String.join(",", all.stream().map(String::valueOf).toList());
    var sha256 = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    String first = all.isEmpty() ? "" : String.valueOf(all.get(0));
    return (isAll ? "ALL" : "WINDOWS") + "\t" + all.size() + "\t" + first + "\t" + HexFormat.of().formatHex(sha256, 0, 8);
  }

  static void take(CronExpression expression, TreeSet<Long> changes, long after, int most, List<Long> fires) {
    Date at = new Date(after * 1000);
    for (int taken = 0; taken < most; ) {
      at = expression.getTimeAfter(at);
      if (at == null || at.getTime() / 1000 >= END) return;
      if (isNear(changes, at.getTime() / 1000)) continue;
      fires.add(at.getTime() / 1000);
      taken++;
    }
  }

  static boolean isNear(TreeSet<Long> changes, long fire) {
    Long next = changes.ceiling(fire - NEAR);
    return next != null && next <= fire + NEAR;
  }

  static TreeSet<Long> changesOf(String zone) {
    var changes = new TreeSet<Long>();
    var rules = ZoneId.of(zone).getRules();
    var at = rules.nextTransition(Instant.ofEpochSecond(LONG_AGO));
    while (at != null && at.toEpochSecond() < END) {
      changes.add(at.toEpochSecond());
      at = rules.nextTransition(at.getInstant());
    }
    return changes;
  }

  static final long LONG_AGO = 1262304000L;

  static String changes(String zone) {
    return String.join(",", changesOf(zone).stream().map(String::valueOf).toList());
  }

  /** The minutes, counted from a change, of the fires around it: a rule of minutes and hours, each `*`, a list, or `a/n`. */
  static String contract(String zone, String rule, long change) {
    String[] field = rule.split(" ");
    Set<Integer> minutes = numbers(field[1], 60), hours = numbers(field[2], 24);
    boolean isFixed = !field[2].contains("*") && !field[2].contains("/");
    var rules = ZoneId.of(zone).getRules();
    var transition = rules.nextTransition(Instant.ofEpochSecond(change - 1));
    long around = Math.abs(transition.getDuration().toHours()) >= 12 ? 30 * 3600 : 4 * 3600;
    var fires = new TreeSet<Long>();
    if (isFixed) {
      var from = LocalDateTime.ofEpochSecond(change - 3 * 86400, 0, ZoneOffset.UTC);
      for (var local = from; local.isBefore(from.plusDays(6)); local = local.plusMinutes(1)) {
        if (!minutes.contains(local.getMinute()) || !hours.contains(local.getHour())) continue;
        var offsets = rules.getValidOffsets(local);
        // In a gap: the first instant after it. In a repeated hour: the first time, which has the offset before the change.
        fires.add(offsets.isEmpty() ? rules.getTransition(local).toEpochSecond() : local.toEpochSecond(offsets.get(0)));
      }
    } else {
      for (long at = change - around; at <= change + around; at += 60) {
        var local = LocalDateTime.ofEpochSecond(at, 0, rules.getOffset(Instant.ofEpochSecond(at)));
        if (minutes.contains(local.getMinute()) && hours.contains(local.getHour())) fires.add(at);
      }
    }
    return String.join(",", fires.stream().filter(at -> Math.abs(at - change) <= around).map(at -> String.valueOf((at - change) / 60)).toList());
  }

  static Set<Integer> numbers(String field, int size) {
    var numbers = new HashSet<Integer>();
    for (String item : field.split(",")) {
      String[] step = item.split("/");
      int from = step[0].equals("*") ? 0 : Integer.parseInt(step[0]);
      int by = step.length > 1 ? Integer.parseInt(step[1]) : step[0].equals("*") ? 1 : size;
      for (int at = from; at < size; at += by) numbers.add(at);
    }
    return numbers;
  }
}
