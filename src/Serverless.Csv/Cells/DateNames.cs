using System.Globalization;

namespace Serverless.Csv.Cells;

/// <summary>Names of months, weekdays and time zones in dates, without regard to case.</summary>
internal static class DateNames
{
    // By month: English, German, French, Spanish, Italian, Portuguese, Dutch, Swedish, Danish, Polish and short forms.
    private static readonly string[] MonthNames =
    [
        "jan january januar jänner januari janv janvier ene enero gen gennaio janeiro styczeń stycznia",
        "feb february februar februari févr fév février febrero febbraio fev fevereiro luty lutego",
        "mar march mär märz mrz mars marzo março maart mrt marts marzec marca",
        "apr april avr avril abr abril aprile kwiecień kwietnia",
        "may mai mayo mag maggio maio mei maj maja",
        "jun june juni juin junio giu giugno junho czerwiec czerwca",
        "jul july juli juil juillet julio lug luglio julho lipiec lipca",
        "aug august août aou ago agosto augustus augusti sierpień sierpnia",
        "sep sept september septembre septiembre set settembre setembro wrzesień września",
        "oct october okt oktober octobre octubre ott ottobre out outubro październik października",
        "nov november novembre noviembre novembro listopad listopada",
        "dec december dez dezember déc décembre dic diciembre dicembre dezembro grudzień grudnia",
    ];

    private const string Weekdays =
        "mon monday tue tues tuesday wed wednesday thu thur thurs thursday fri friday sat saturday sun sunday "
        + "mo montag di dienstag mi mittwoch do donnerstag fr freitag sa samstag sonnabend so sonntag "
        + "lun lundi mar mardi mer mercredi jeu jeudi ven vendredi sam samedi dim dimanche "
        + "lunes martes mié miércoles jue jueves vie viernes sáb sábado dom domingo "
        + "lunedì martedì mercoledì giovedì venerdì sabato domenica "
        + "mån måndag tis tisdag ons onsdag tor torsdag fre fredag lör lördag sön söndag";

    /// <summary>Words between the parts of a date: '31st of January', '31 de enero', 'um 10:20 Uhr'.</summary>
    private const string Fillers = "of the at st nd rd th de del den um uhr à le kl er";

    private static readonly Dictionary<string, int> Months = Index();

    private static readonly HashSet<string> Skipped =
        new((Weekdays + " " + Fillers).Split(' '), StringComparer.OrdinalIgnoreCase);

    /// <summary>Minutes east of Greenwich. Ambiguous ones are taken as in North America and Europe.</summary>
    private const string ZoneMinutes =
        "Z=0 UTC=0 GMT=0 WET=0 WEST=60 BST=60 CET=60 MEZ=60 CEST=120 MESZ=120 EET=120 EEST=180 MSK=180 "
        + "IST=330 SGT=480 JST=540 KST=540 AEST=600 AEDT=660 NZST=720 NZDT=780 EST=-300 EDT=-240 CST=-360 "
        + "CDT=-300 MST=-420 MDT=-360 PST=-480 PDT=-420 BRT=-180";

    private static readonly Dictionary<string, int> Zones = ZoneMinutes.Split(' ').Select(zone => zone.Split('='))
        .ToDictionary(
            zone => zone[0],
            zone => int.Parse(zone[1], CultureInfo.InvariantCulture),
            StringComparer.OrdinalIgnoreCase);

    private static readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> FindMonth =
        Months.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> FindSkipped =
        Skipped.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> FindZone =
        Zones.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>1 to 12; 0 if the word is no month.</summary>
    public static int Month(ReadOnlySpan<char> word) => FindMonth.TryGetValue(word, out var month) ? month : 0;

    /// <summary>Whether the word says nothing that the date's numbers do not say.</summary>
    public static bool IsSkipped(ReadOnlySpan<char> word) => FindSkipped.Contains(word);

    public static bool TryZone(ReadOnlySpan<char> word, out int minutes) => FindZone.TryGetValue(word, out minutes);

    private static Dictionary<string, int> Index()
    {
        var months = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var (month, names) in MonthNames.Index())
        {
            foreach (var name in names.Split(' ')) months.TryAdd(name, month + 1);
        }

        return months;
    }
}
