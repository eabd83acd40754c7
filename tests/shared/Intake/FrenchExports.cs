using static Serverless.Tests.Intake.NumberForm;

namespace Serverless.Tests.Intake;

/// <summary>Excel exports of French teams: no-break blanks between thousands, a comma before decimals.</summary>
internal static class FrenchExports
{
    private static readonly string[] Cities = ["Paris", "Lyon", "Orléans", "Nîmes", "Besançon"];
    private static readonly string[] Words = ["reçu", "très", "bien", "livré", "tard", "abîmé", "vérifier", "déjà"];

    private static readonly NumberForm OneDecimal = Comma with { Decimals = 1 };

    public static IEnumerable<IntakeFile> Files()
    {
        yield return new Export("french/ventes-windows-1252.csv")
            .Moment("Date", When.Ordered(When.Day(2024, 1, 2), TimeSpan.FromDays(1), TimeSpan.FromDays(1)),
                When.As("dd/MM/yyyy"))
            .Category("Ville", Cities)
            .Number("Quantité", 1, 300, Whole)
            .Number("Chiffre d'affaires", 100, 2_000_000, OldFrench)
            .Number("Remise", 0, 40, OneDecimal with { Suffix = "%" })
            .NumberLabel("Marge", 10, 900, Comma)
            .ToCsv(CsvForm.Excel);

        yield return new Export("french/espace-fine.csv")
            .Category("Agence", Cities)
            .Number("Encours", -30_000, 400_000, French with { Suffix = "\u00A0€" })
            .Number("Effectif", 1, 3_000_000, French with { Decimals = 0 })
            .Number("Taux", 0.1, 12, Comma with { Suffix = "\u202F%" })
            .Moment("Ouverture", When.Days(2010, 12), When.As("dd/MM/yyyy"), "")
            .ClassLabel("Risque", "faible", "moyen", "élevé")
            .ToCsv(CsvForm.ExcelUtf8);

        yield return new Export("french/vrai-faux.csv", 300)
            .Id("Identifiant", (random, _) => random.Next(1_000_000, 9_999_999).ToString())
            .Flag("Abonné", "VRAI", "FAUX")
            .Flag("Accepte la publicité", "Oui", "Non", "")
            .Number("Âge", 18, 95, Whole)
            .Number("Panier moyen", 5, 400, Comma with { Suffix = " €" })
            .Moment("Dernier achat", When.Times(2023, 2, TimeSpan.FromMinutes(1)), When.As("dd/MM/yyyy HH:mm"))
            .ClassLabel("Résilié", "non", "oui")
            .ToCsv(CsvForm.ExcelUtf8);

        yield return new Export("french/mois-abreges.csv")
            .Moment("Début", When.Days(2023, 2), When.Named("%d", When.ShortFrenchMonths))
            .Moment("Fin", When.Days(2025, 1), When.Named("%d", When.FrenchMonths))
            .Category("Formule", ["Éco", "Confort", "Pro"])
            .Number("Loyer", 300, 2_500, Blank)
            .Number("Surface", 9, 140, OneDecimal with { Suffix = " m²" })
            .ClassLabel("Renouvelé", "Oui", "Non")
            .ToCsv(CsvForm.ExcelUtf8);

        yield return new Export("french/compte-latin-1.csv")
            .Moment("Date d'opération", When.Days(2024, 1), When.As("dd/MM/yyyy"))
            .Category("Libellé", ["Prélèvement", "Virement reçu", "Chèque", "Carte"])
            .Number("Débit", 1, 3_000, Comma, "")
            .Number("Crédit", 1, 9_000, OldFrench, "")
            .Text("Note", Words)
            .NumberLabel("Solde", -900, 4_800, OldFrench)
            .ToCsv(CsvForm.Excel with { Encoding = CsvForm.Latin1 });

        yield return new Export("french/pourcentage-label.csv")
            .Category("Région", ["Bretagne", "Île-de-France", "Grand Est"])
            .Number("Population", 1_000, 3_000_000, OldFrench with { Decimals = 0 })
            .Number("Revenu médian", 9_000, 40_000, Blank with { Suffix = " €" })
            .Number("Densité", 3, 900, OneDecimal, "-", "")
            .NumberLabel("Participation", 30, 90, Comma with { Suffix = " %" })
            .ToCsv(CsvForm.ExcelUtf8);

        yield return new Export("french/total-en-bas.csv")
            .Moment("Jour", When.Ordered(When.Day(2024, 5, 1), TimeSpan.FromDays(1), TimeSpan.FromDays(1)),
                When.As("dd/MM/yy"))
            .Category("Rayon", ["Frais", "Épicerie", "Hygiène"])
            .Number("Tickets", 10, 900, Whole)
            .Number("Météo", -4, 36, OneDecimal)
            .NumberLabel("Recette", 100, 9_500, OldFrench)
            .ToCsv(CsvForm.Excel with { After = ["Total;;81\u00A0455;;901\u00A0220,10"] });

        yield return new Export("french/tabulations-utf-16.txt", 300)
            .Category("Équipe", ["Lyon A", "Lyon B", "Nîmes"])
            .Moment("Début de tâche", When.Times(2024, 2, TimeSpan.FromMinutes(1)), When.As("dd/MM/yyyy HH:mm:ss"))
            .Number("Durée", 0.2, 40, Comma with { Suffix = " h" })
            .Number("Coût", -200, 6_000, OldFrench)
            .CountLabel("Défauts", 0, 24, IntakeTask.Regression)
            .ToCsv(CsvForm.ExcelUnicode);
    }
}
