//! Instants and durations, and their text as Azure prints and reads them.
//!
//! An instant is a count of 100-nanosecond ticks, because that is as fine as Azure prints. Never "now": time comes
//! in as a parameter. Calendar arithmetic is the `jiff` library's.
//! Formats: `datafactory-wire` "Timestamps" (trailing zeros dropped) and Microsoft.Authorization (always seven digits).

use std::fmt;

const TICKS_PER_SECOND: i64 = 10_000_000;
const NANOSECONDS_PER_TICK: i64 = 100;

/// An instant in UTC, in ticks of 100 ns since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A length of time in ticks of 100 ns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(i64);

impl Timestamp {
    /// Returns the instant `ticks` of 100 ns after 1970-01-01.
    pub const fn from_ticks(ticks: i64) -> Self {
        Self(ticks)
    }

    /// Returns the instant `seconds` after 1970-01-01.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(TICKS_PER_SECOND))
    }

    /// The instant before which no clock is set: the beginning of the year 1, the first that Azure's times have.
    pub const EARLIEST: Self = Self::from_seconds(-62_135_596_800);

    /// The instant beyond which no clock is set: the end of the year 9998, so that what is due later can be printed too.
    pub const LATEST: Self = Self::from_seconds(253_370_764_799);

    /// Returns the ticks of 100 ns since 1970-01-01.
    pub const fn ticks(self) -> i64 {
        self.0
    }

    /// Returns the whole seconds since 1970-01-01.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(TICKS_PER_SECOND)
    }

    /// Reads ISO 8601 text with an offset, such as `2030-01-01T00:00:00Z`; `None` when it is not that.
    pub fn parse(text: &str) -> Option<Self> {
        let instant: jiff::Timestamp = text.parse().ok()?;
        i64::try_from(instant.as_nanosecond() / i128::from(NANOSECONDS_PER_TICK)).ok().map(Self)
    }

    /// Returns this instant moved forward by `by`; the far end of time instead of an overflow.
    pub const fn plus(self, by: Duration) -> Self {
        Self(self.0.saturating_add(by.0))
    }

    /// Returns how long after `earlier` this is.
    pub const fn since(self, earlier: Timestamp) -> Duration {
        Duration(self.0.saturating_sub(earlier.0))
    }

    /// Returns the text with always seven fractional digits, as Microsoft.Authorization prints it.
    pub fn with_seven_digits(self) -> String {
        let fraction = self.0.rem_euclid(TICKS_PER_SECOND);
        format!("{}.{fraction:07}Z", self.whole_seconds())
    }

    /// Returns `strftime` text of this instant in UTC; `jiff`'s directives.
    pub fn format(self, directives: &str) -> String {
        self.instant().strftime(directives).to_string()
    }

    fn whole_seconds(self) -> impl fmt::Display {
        self.instant().strftime("%Y-%m-%dT%H:%M:%S")
    }

    fn instant(self) -> jiff::Timestamp {
        let nanoseconds = i128::from(self.0) * i128::from(NANOSECONDS_PER_TICK);
        jiff::Timestamp::from_nanosecond(nanoseconds).unwrap_or(jiff::Timestamp::MAX)
    }
}

/// The text as Data Factory prints it: up to seven fractional digits, trailing zeros dropped, `Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.instant().fmt(f)
    }
}

impl Duration {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// Returns the duration of `ticks` of 100 ns.
    pub const fn from_ticks(ticks: i64) -> Self {
        Self(ticks)
    }

    /// Returns the duration of `seconds`.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(TICKS_PER_SECOND))
    }

    /// Returns the ticks of 100 ns.
    pub const fn ticks(self) -> i64 {
        self.0
    }

    /// Reads an ISO 8601 duration as .NET does, such as `PT10M`: a year has 365 days and a month 30, weeks are not read,
    /// letters are capital, and seconds alone have a fraction. `None` when it is not that.
    /// <https://learn.microsoft.com/dotnet/api/system.xml.xmlconvert.totimespan>
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let is_of_net = |letter: u8| letter.is_ascii_digit() || b"PYMDTHS.".contains(&letter);
        if !unsigned.starts_with('P') || !unsigned.bytes().all(is_of_net) {
            return None;
        }
        let fraction = unsigned.split_once('.').map_or("S", |(_, fraction)| fraction);
        if fraction.trim_start_matches(|digit: char| digit.is_ascii_digit()) != "S" {
            return None;
        }
        let span: jiff::Span = text.parse().ok()?;
        let months = i128::from(span.get_years()) * 12 + i128::from(span.get_months());
        let days = months / 12 * 365 + months % 12 * 30;
        let rest = span.years(0).months(0).to_duration(jiff::SpanRelativeTo::days_are_24_hours()).ok()?;
        let ticks = days * 24 * 60 * 60 * i128::from(TICKS_PER_SECOND) + rest.as_nanos() / i128::from(NANOSECONDS_PER_TICK);
        i64::try_from(ticks).ok().map(Self)
    }
}

/// ISO 8601 text, such as `PT10M` or `PT0S`.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanoseconds = i128::from(self.0) * i128::from(NANOSECONDS_PER_TICK);
        let duration = jiff::SignedDuration::from_nanos_i128(nanoseconds);
        write!(f, "{duration}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_azures() {
        let at = |text| Timestamp::parse(text).unwrap();
        assert_eq!(at("2018-07-13T20:16:40.8643770Z").to_string(), "2018-07-13T20:16:40.864377Z");
        assert_eq!(at("2018-07-13T20:16:40Z").to_string(), "2018-07-13T20:16:40Z");
        assert_eq!(at("2018-07-13T20:16:40.864377Z").with_seven_digits(), "2018-07-13T20:16:40.8643770Z");
        assert_eq!(at("2018-07-13T20:16:40.9Z").seconds(), 1_531_513_000);
        assert_eq!(Timestamp::parse("yesterday"), None);
    }

    #[test]
    fn durations_go_both_ways() {
        for text in ["PT0S", "PT10M", "PT1H30M", "PT0.5S", "PT24H"] {
            assert_eq!(Duration::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Duration::parse("P1D"), Some(Duration::from_seconds(86_400)));
    }

    #[test]
    fn durations_are_read_as_dot_net_reads_them() {
        let days = |text: &str| Duration::parse(text).map(|it| it.ticks() / Duration::from_seconds(86_400).ticks());
        for (text, expected) in [("P1Y", 365), ("P1M", 30), ("P12M", 365), ("P1Y2M3D", 428), ("-P1M", -30), ("P1YT24H", 366), (" P7D ", 7)]
        {
            assert_eq!(days(text), Some(expected), "{text}");
        }
        assert_eq!(Duration::parse("P1MT1M"), Some(Duration::from_seconds(30 * 86_400 + 60)));
        assert_eq!(Duration::parse("-P1YT1S"), Some(Duration::from_seconds(-365 * 86_400 - 1)));
        for wrong in
            ["10 minutes", "P1W", "p1d", "P1.5D", "PT1.5H", "PT0,5S", "P", "PT", "P1DT", "1D", "P-1D", "P1D2Y", "P99999999999D", ""]
        {
            assert_eq!(Duration::parse(wrong), None, "{wrong}");
        }
    }
}
