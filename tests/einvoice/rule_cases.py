"""A document that breaks each rule, and one that just does not: `(rule, sample, fails, passes)`."""

from typing import NamedTuple

PLAIN = "be-multi-rate-21-12-6-0"
ALLOWANCES = "be-document-and-line-allowances-charges"
CREDIT = "be-creditnote-with-billing-reference"
PDF = "be-standard-21-embedded-pdf"
DEBIT = "be-direct-debit"
REVERSE = "be-reverse-charge-construction-AE"
EXPORT = "be-export-G-to-US-usd"
INTRA = "be-intra-community-K-to-NL"
EXEMPT = "be-small-enterprise-exempt-E"

P = "PEPPOL-EN16931-"
C = "PEPPOL-COMMON-"
DOCUMENT_CHARGE = "cac:AllowanceCharge[1]"
LINE_ALLOWANCE = "cac:InvoiceLine[1]/cac:AllowanceCharge"
LINE = "cac:InvoiceLine[1]"
S_ADDRESS = "S/cac:PostalAddress/cac:Country/cbc:IdentificationCode"
B_ADDRESS = "B/cac:PostalAddress/cac:Country/cbc:IdentificationCode"
S_VAT = "S/cac:PartyTaxScheme/cbc:CompanyID"
B_VAT = "B/cac:PartyTaxScheme/cbc:CompanyID"
S_LEGAL = "S/cac:PartyLegalEntity/cbc:CompanyID"
B_LEGAL = "B/cac:PartyLegalEntity/cbc:CompanyID"
MEANS = "cac:PaymentMeans/cbc:PaymentMeansCode"
ACCOUNT = "cac:PaymentMeans/cac:PayeeFinancialAccount"
NOTE = "cbc:InvoiceTypeCode + <cbc:Note>a</cbc:Note>"
TAX_CURRENCY = "cbc:DocumentCurrencyCode + <cbc:TaxCurrencyCode>USD</cbc:TaxCurrencyCode>"


class Case(NamedTuple):
    """Changes to a sample after which a rule does not hold, and after which it does."""

    rule: str
    sample: str
    fails: tuple[str, ...]
    passes: tuple[str, ...] = ()


def seller(country: str, vat: str | None = None) -> tuple[str, ...]:
    """The seller moves to another country, its VAT number too."""
    return (f"{S_ADDRESS} = {country}", f"{S_VAT} = {vat or country + '123456789'}")


def buyer(country: str) -> tuple[str, ...]:
    """The buyer's address moves to another country."""
    return (f"{B_ADDRESS} = {country}", f"{B_VAT} = {country}123456789")


def period(start: str, end: str, *, line: bool = False) -> str:
    """An invoicing period of the document or of the first line."""
    xml = (
        f"<cac:InvoicePeriod><cbc:StartDate>{start}</cbc:StartDate>"
        f"<cbc:EndDate>{end}</cbc:EndDate></cac:InvoicePeriod>"
    )
    place = f"{LINE}/cbc:LineExtensionAmount" if line else "cbc:BuyerReference"
    return f"{place} + {xml}"


def tax_total(amount: str) -> str:
    """A second VAT total, in dollars."""
    return (
        "cac:TaxTotal[1] + <cac:TaxTotal>"
        f'<cbc:TaxAmount currencyID="USD">{amount}</cbc:TaxAmount></cac:TaxTotal>'
    )


def reference(name: str, code: str = "", file: str = "", uri: str = "") -> str:
    """An additional document reference."""
    inner = f"<cbc:DocumentTypeCode>{code}</cbc:DocumentTypeCode>" if code else ""
    if file:
        inner += (
            '<cac:Attachment><cbc:EmbeddedDocumentBinaryObject mimeCode="application/pdf"'
            f' filename="{file}">QUJD</cbc:EmbeddedDocumentBinaryObject></cac:Attachment>'
        )
    if uri:
        inner += (
            "<cac:Attachment><cac:ExternalReference>"
            f"<cbc:URI>{uri}</cbc:URI></cac:ExternalReference></cac:Attachment>"
        )
    return (
        "<cac:AdditionalDocumentReference>"
        f"<cbc:ID>{name}</cbc:ID>{inner}</cac:AdditionalDocumentReference>"
    )


def described(name: str, description: str, uri: str = "") -> str:
    """An additional document reference with a description."""
    xml = reference(name, uri=uri)
    told = f"<cbc:DocumentDescription>{description}</cbc:DocumentDescription>"
    return xml.replace("</cbc:ID>", f"</cbc:ID>{told}", 1)


def before_seller(xml: str) -> str:
    """XML in front of the seller."""
    return f"cbc:BuyerReference + {xml}"


def price_allowance(indicator: str, amount: str, base: str | None) -> str:
    """A discount on the price of the first line."""
    gross = "" if base is None else f'<cbc:BaseAmount currencyID="EUR">{base}</cbc:BaseAmount>'
    return (
        f"{LINE}/cac:Price > <cac:AllowanceCharge>"
        f"<cbc:ChargeIndicator>{indicator}</cbc:ChargeIndicator>"
        f'<cbc:Amount currencyID="EUR">{amount}</cbc:Amount>{gross}</cac:AllowanceCharge>'
    )


def base_quantity(value: str, unit: str = "") -> str:
    """A base quantity of the price of the first line."""
    attribute = f' unitCode="{unit}"' if unit else ""
    return f"{LINE}/cac:Price > <cbc:BaseQuantity{attribute}>{value}</cbc:BaseQuantity>"


def identifier(rule: str, scheme: str, wrong: str, right: str) -> list[Case]:
    """An identifier as electronic address, as party identifier and as legal identifier."""
    party = '<cac:PartyIdentification><cbc:ID schemeID="{}">{}</cbc:ID></cac:PartyIdentification>'
    return [
        Case(
            C + rule,
            PLAIN,
            (f"S/cbc:EndpointID@schemeID = {scheme}", f"S/cbc:EndpointID = {wrong}"),
            (f"S/cbc:EndpointID@schemeID = {scheme}", f"S/cbc:EndpointID = {right}"),
        ),
        Case(
            C + rule,
            PLAIN,
            (f"B/cbc:EndpointID + {party.format(scheme, wrong)}",),
            (f"B/cbc:EndpointID + {party.format(scheme, right)}",),
        ),
        Case(
            C + rule,
            PLAIN,
            (f"{B_LEGAL}@schemeID = {scheme}", f"{B_LEGAL} = {wrong}"),
            (f"{B_LEGAL}@schemeID = {scheme}", f"{B_LEGAL} = {right}"),
        ),
    ]


def exemption(rule: str, code: str, category: str) -> Case:
    """An exemption code beside another category than its own."""
    at = "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory"
    return Case(
        P + rule,
        REVERSE,
        (f"{at}/cbc:TaxExemptionReasonCode = {code.lower()}", f"{at}/cbc:ID = Z"),
        (f"{at}/cbc:TaxExemptionReasonCode = {code}", f"{at}/cbc:ID = {category}"),
    )


BILLING = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"

DOCUMENT_CASES = [
    Case(P + "R001", PLAIN, ("- cbc:ProfileID",)),
    Case(
        P + "R007",
        PLAIN,
        ("cbc:ProfileID = urn:fdc:peppol.eu:2017:poacc:billing:07:1.0",),
        ("cbc:ProfileID =  urn:peppol:bis:billing_with_response ",),
    ),
    Case(
        P + "R007",
        PLAIN,
        ("- cbc:ProfileID",),
        ("cbc:ProfileID = urn:peppol:france:billing:regulated",),
    ),
    Case(P + "R002", PLAIN, (NOTE, NOTE), (NOTE,)),
    Case(P + "R002", PLAIN, (NOTE, NOTE, *seller("DE")), (NOTE, NOTE, *seller("DE"), *buyer("DE"))),
    Case(
        P + "R003",
        PLAIN,
        ("- cbc:BuyerReference",),
        (
            "cbc:BuyerReference + <cac:OrderReference><cbc:ID>1</cbc:ID></cac:OrderReference>",
            "- cbc:BuyerReference",
        ),
    ),
    Case(
        P + "R004",
        PLAIN,
        (f"cbc:CustomizationID = {BILLING}::2.1",),
        (f"cbc:CustomizationID =  {BILLING}#more",),
    ),
    Case(P + "R004", PLAIN, ("cbc:CustomizationID = urn:cen.eu:en16931:2017",)),
    Case(
        P + "R005",
        PLAIN,
        (TAX_CURRENCY.replace("USD", " EUR "),),
        (TAX_CURRENCY, tax_total("80.00")),
    ),
    Case(P + "R008", PLAIN, ("cac:PaymentTerms/cbc:Note =  \t\n",)),
    Case(
        P + "R008",
        PLAIN,
        ("B > <cac:Person/>",),
        ("B > <cac:Person><cbc:FirstName>A</cbc:FirstName></cac:Person>",),
    ),
    Case(P + "R010", PLAIN, ("- B/cbc:EndpointID",)),
    Case(P + "R020", PLAIN, ("- S/cbc:EndpointID",)),
    Case(P + "R051", PLAIN, ("cac:LegalMonetaryTotal/cbc:PayableAmount@currencyID = USD",)),
    Case(P + "R051", PLAIN, (f"{LINE}/cac:Price/cbc:PriceAmount@currencyID = USD",)),
    Case(P + "R051", PLAIN, ("cac:TaxTotal/cac:TaxSubtotal[1]/cbc:TaxAmount@currencyID = USD",)),
    Case(
        P + "R051",
        PLAIN,
        ("cac:TaxTotal/cbc:TaxAmount@currencyID = USD",),
        (TAX_CURRENCY, tax_total("80.00")),
    ),
    Case(P + "R053", PLAIN, ("- cac:TaxTotal/cac:TaxSubtotal",)),
    Case(P + "R054", PLAIN, (TAX_CURRENCY,), (TAX_CURRENCY, tax_total("80.00"))),
    Case(P + "R054", PLAIN, (tax_total("80.00"),)),
    Case(P + "R055", PLAIN, (TAX_CURRENCY, tax_total("-80.00")), (TAX_CURRENCY, tax_total("0"))),
    Case(
        P + "R080",
        CREDIT,
        (before_seller(reference("1", "50")), before_seller(reference("2", "50"))),
        (before_seller(reference("1", "50")), before_seller(reference("2", "130"))),
    ),
    Case(P + "F001", PLAIN, ("cbc:IssueDate = 2026-03-05Z",), ("cbc:IssueDate = 2024-02-29",)),
    Case(P + "F001", PLAIN, ("cbc:DueDate = 2026-03-20+01:00",)),
    Case(
        P + "F001",
        PLAIN,
        (period("2026-02-29", "2026-03-01"),),
        (period("2026-02-28", "2026-03-01"),),
    ),
    Case(P + "P0100", PLAIN, ("cbc:InvoiceTypeCode = 389",), ("cbc:InvoiceTypeCode =  383 ",)),
    Case(
        P + "P0100",
        PLAIN,
        ("cbc:InvoiceTypeCode = 751", "cbc:ProfileID = urn:peppol:bis:billing_with_response"),
        ("cbc:InvoiceTypeCode = 751", "cbc:ProfileID = urn:other"),
    ),
    Case(P + "P0101", CREDIT, ("cbc:CreditNoteTypeCode = 261",), ("cbc:CreditNoteTypeCode = 396",)),
    Case(
        P + "P0112",
        PLAIN,
        ("cbc:InvoiceTypeCode = 326",),
        ("cbc:InvoiceTypeCode = 326", *seller("DE"), *buyer("DE")),
    ),
    Case(P + "P0112", PLAIN, ("cbc:InvoiceTypeCode = 384", *seller("DE"))),
]

LINE_CASES = [
    Case(
        P + "R040",
        ALLOWANCES,
        (f"{DOCUMENT_CHARGE}/cbc:Amount = 19.92",),
        (f"{DOCUMENT_CHARGE}/cbc:Amount = 19.91",),
    ),
    Case(
        P + "R040",
        ALLOWANCES,
        (f"{DOCUMENT_CHARGE}/cbc:Amount = 19.86",),
        (f"{DOCUMENT_CHARGE}/cbc:Amount = 19.87",),
    ),
    Case(
        P + "R040",
        ALLOWANCES,
        (f"{LINE_ALLOWANCE}/cbc:Amount = 47.53",),
        (f"{LINE_ALLOWANCE}/cbc:Amount = 47.52",),
    ),
    Case(P + "R041", ALLOWANCES, (f"- {DOCUMENT_CHARGE}/cbc:BaseAmount",)),
    Case(P + "R041", ALLOWANCES, (f"- {LINE_ALLOWANCE}/cbc:BaseAmount",)),
    Case(P + "R042", ALLOWANCES, (f"- {DOCUMENT_CHARGE}/cbc:MultiplierFactorNumeric",)),
    Case(P + "R042", ALLOWANCES, (f"- {LINE_ALLOWANCE}/cbc:MultiplierFactorNumeric",)),
    Case(
        P + "R043",
        ALLOWANCES,
        (f"{DOCUMENT_CHARGE}/cbc:ChargeIndicator = 0",),
        (f"{DOCUMENT_CHARGE}/cbc:ChargeIndicator =  false ",),
    ),
    Case(P + "R043", ALLOWANCES, (f"{LINE_ALLOWANCE}/cbc:ChargeIndicator = 1",)),
    Case(
        P + "R044",
        PLAIN,
        (price_allowance("true", "1", None),),
        (price_allowance("false", "0", None),),
    ),
    Case(
        P + "R046",
        PDF,
        (f"{LINE}/cac:Price/cbc:PriceAmount = 9.99", price_allowance("false", "1.00", "11.00")),
        (f"{LINE}/cac:Price/cbc:PriceAmount = 10", price_allowance("false", "1.00", "11.00")),
    ),
    Case(P + "R061", DEBIT, ("- cac:PaymentMeans/cac:PaymentMandate",)),
    Case(P + "R061", PLAIN, (f"{MEANS} = 59",), (f"{MEANS} = 58",)),
    Case(
        P + "R100",
        PLAIN,
        tuple(
            [
                f"{LINE}/cbc:LineExtensionAmount + <cac:DocumentReference><cbc:ID>1</cbc:ID>"
                "<cbc:DocumentTypeCode>130</cbc:DocumentTypeCode></cac:DocumentReference>"
            ]
            * 2
        ),
        (
            f"{LINE}/cbc:LineExtensionAmount + <cac:DocumentReference><cbc:ID>1</cbc:ID>"
            "<cbc:DocumentTypeCode>130</cbc:DocumentTypeCode></cac:DocumentReference>",
        ),
    ),
    Case(
        P + "R101",
        PLAIN,
        (
            f"{LINE}/cbc:LineExtensionAmount + <cac:DocumentReference><cbc:ID>1</cbc:ID><cbc:DocumentTypeCode>50</cbc:DocumentTypeCode></cac:DocumentReference>",
        ),
    ),
    Case(
        P + "R101",
        PLAIN,
        (
            f"{LINE}/cbc:LineExtensionAmount + <cac:DocumentReference><cbc:ID>1</cbc:ID></cac:DocumentReference>",
        ),
    ),
    Case(
        P + "R110",
        PLAIN,
        (period("2026-02-01", "2026-02-28"), period("2026-01-31", "2026-02-28", line=True)),
        (period("2026-02-01", "2026-02-28"), period("2026-02-01", "2026-02-28", line=True)),
    ),
    Case(
        P + "R111",
        PLAIN,
        (period("2026-02-01", "2026-02-28"), period("2026-02-01", "2026-03-01", line=True)),
        (period("2026-01-01", "2026-02-28"), period("2026-02-01", "2026-02-02", line=True)),
    ),
    Case(
        P + "R120",
        ALLOWANCES,
        (f"{LINE}/cbc:LineExtensionAmount = 902.53",),
        (f"{LINE}/cbc:LineExtensionAmount = 902.52",),
    ),
    Case(
        P + "R120",
        ALLOWANCES,
        (f"{LINE}/cbc:LineExtensionAmount = 902.47",),
        (f"{LINE}/cbc:LineExtensionAmount = 902.48",),
    ),
    Case(
        P + "R120",
        ALLOWANCES,
        (base_quantity("10"),),
        (base_quantity("10"), f"{LINE}/cbc:InvoicedQuantity = 100"),
    ),
    Case(
        P + "R120",
        ALLOWANCES,
        (f"{LINE}/cbc:InvoicedQuantity = -10",),
        (f"{LINE}/cbc:InvoicedQuantity = -10", f"{LINE}/cbc:LineExtensionAmount = -997.50"),
    ),
    Case(P + "R121", PLAIN, (base_quantity("0"),), (base_quantity("1"),)),
    Case(P + "R121", PLAIN, (base_quantity("-1"),)),
    Case(
        P + "R130",
        PLAIN,
        (f"{LINE}/cbc:InvoicedQuantity@unitCode = HUR", base_quantity("1", "C62")),
        (f"{LINE}/cbc:InvoicedQuantity@unitCode = HUR", base_quantity("1", "HUR")),
    ),
]

CODE_CASES = [
    *(
        exemption(rule, code, category)
        for rule, code, category in (
            ("P0104", "VATEX-EU-G", "G"),
            ("P0105", "VATEX-EU-O", "O"),
            ("P0106", "VATEX-EU-IC", "K"),
            ("P0107", "VATEX-EU-AE", "AE"),
            ("P0108", "VATEX-EU-D", "E"),
            ("P0109", "VATEX-EU-F", "E"),
            ("P0110", "VATEX-EU-I", "E"),
            ("P0111", "VATEX-EU-J", "E"),
        )
    ),
    Case(
        P + "CL001",
        PDF,
        ("//cbc:EmbeddedDocumentBinaryObject@mimeCode = application/xml",),
        ("//cbc:EmbeddedDocumentBinaryObject@mimeCode = text/csv",),
    ),
    Case(
        P + "CL002",
        ALLOWANCES,
        (f"{DOCUMENT_CHARGE}/cbc:AllowanceChargeReasonCode = 69",),
        (f"{DOCUMENT_CHARGE}/cbc:AllowanceChargeReasonCode = 105",),
    ),
    Case(P + "CL002", ALLOWANCES, (f"{LINE_ALLOWANCE}/cbc:AllowanceChargeReasonCode = FC",)),
    Case(
        P + "CL003",
        ALLOWANCES,
        ("cac:AllowanceCharge[2]/cbc:AllowanceChargeReasonCode = 95",),
        ("cac:AllowanceCharge[2]/cbc:AllowanceChargeReasonCode = ZZZ",),
    ),
    Case(
        P + "CL006",
        PLAIN,
        (
            "cbc:BuyerReference + <cac:InvoicePeriod><cbc:DescriptionCode>4</cbc:DescriptionCode></cac:InvoicePeriod>",
        ),
        (
            "cbc:BuyerReference + <cac:InvoicePeriod><cbc:DescriptionCode>432</cbc:DescriptionCode></cac:InvoicePeriod>",
        ),
    ),
    Case(
        P + "CL007",
        PLAIN,
        ("//cbc:PayableAmount@currencyID = EUX",),
        ("//cbc:PayableAmount@currencyID = SEK",),
    ),
    Case(P + "CL007", PLAIN, ("cac:TaxTotal/cbc:TaxAmount@currencyID = HRK",)),
    Case(
        P + "CL008",
        PLAIN,
        ("S/cbc:EndpointID@schemeID = EM",),
        ("S/cbc:EndpointID@schemeID = 9922",),
    ),
    Case(
        P + "CL008",
        PLAIN,
        ("B/cbc:EndpointID@schemeID = 9956",),
        ("B/cbc:EndpointID@schemeID = 9957",),
    ),
    Case(
        P + "CL008",
        PLAIN,
        ("B/cbc:EndpointID@schemeID = 9921",),
        ("B/cbc:EndpointID@schemeID = 9953",),
    ),
    Case(
        "IPORTAL-BE-1",
        PLAIN,
        ("S/cbc:EndpointID@schemeID = 9925", "S/cbc:EndpointID = BE0999000229"),
        ("S/cbc:EndpointID@schemeID = 9925", "S/cbc:EndpointID = BE0999000228"),
    ),
    Case(
        "IPORTAL-BE-2",
        PLAIN,
        ("cac:PaymentMeans/cbc:PaymentID = +++202/6001/02045+++",),
        ("cac:PaymentMeans/cbc:PaymentID = invoice 102",),
    ),
]

IDENTIFIER_CASES = [
    *identifier("R040", "0088", "7300010000002", "7300010000001"),
    *identifier("R040", "0088", "73000100O0001", " 7300010000001 "),
    *identifier("R041", "0192", "987654324", "987654325"),
    *identifier("R041", "0192", "98765432", "991825827"),
    *identifier("R042", "0184", "1234567", "12345674"),
    *identifier("R042", "0184", "DE12345674", "DK12345674"),
    *identifier("R043", "0208", "0999000229", "0999000228"),
    *identifier("R043", "0208", "BE0999000228", "1000000021"),
    *identifier("R043", "0208", "0999.000.228", "0000000097"),
    *identifier("R044", "0201", "ABC12", "Abc123"),
    *identifier("R045", "0210", "RSSMRA85T10A56", "RSSMRA85T10A562S"),
    *identifier("R045", "0210", "0123456789", "12345670017"),
    *identifier("R047", "0211", "IT12345670018", "IT12345670017"),
    *identifier("R047", "0211", "IT1234567001", "FR00"),
    *identifier("R049", "0007", "5567321708", "5567321707"),
    *identifier("R049", "0007", "556732170", "2021005489"),
    *identifier("R050", "0151", "51824753557", "51824753556"),
    *identifier("R052", "0096", "123456789", "1234567890"),
    *identifier("R053", "0198", "12345674", "DK12345674"),
    *identifier("R054", "0106", "1234567", "12345678"),
    *identifier("R055", "0190", "0000000123456789000", "00000001234567890000"),
    *identifier("R056-1", "9944", "NL123456789", "NL123456789B01"),
    *identifier("R057", "0217", "12345678901", "123456789012"),
    Case(
        C + "R046",
        PLAIN,
        ("S/cbc:EndpointID@schemeID = 9907", "S/cbc:EndpointID = 1234"),
        ("S/cbc:EndpointID@schemeID = 9907", "S/cbc:EndpointID = 12345670017"),
    ),
    Case(C + "R056-2", PLAIN, (f"{B_VAT} = NL123456789",), (f"{B_VAT} = NL123456789B01",)),
]

NL, SE, DK = seller("NL"), seller("SE", "SE556732170701"), seller("DK")
DKDK = (*DK, *buyer("DK"))
DEDE = (*seller("DE"), *buyer("DE"))
ISIS = (*seller("IS"), *buyer("IS"))
GR = seller("GR", "EL094259216")
GRGR = (*GR, f"{B_ADDRESS} = GR", f"{B_VAT} = EL094259216")
REGISTRATION = (
    "S/cac:PartyTaxScheme + <cac:PartyTaxScheme><cbc:CompanyID>{}</cbc:CompanyID>"
    "<cac:TaxScheme><cbc:ID>TAX</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>"
)
REPRESENTATIVE = (
    "cac:AccountingCustomerParty + <cac:TaxRepresentativeParty><cac:PartyName><cbc:Name>R</cbc:Name>"
    "</cac:PartyName><cac:PostalAddress>{}<cac:Country><cbc:IdentificationCode>NL"
    "</cbc:IdentificationCode></cac:Country></cac:PostalAddress><cac:PartyTaxScheme>"
    "<cbc:CompanyID>NL123456789B01</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
    "</cac:PartyTaxScheme></cac:TaxRepresentativeParty>"
)
FULL = "<cbc:StreetName>A</cbc:StreetName><cbc:CityName>B</cbc:CityName><cbc:PostalZone>C</cbc:PostalZone>"
GREEK_NUMBER = "cbc:ID = {}|05/03/2026|1|1.1|A|7"
BRANCH = f"{ACCOUNT} > <cac:FinancialInstitutionBranch><cbc:ID>{{}}</cbc:ID></cac:FinancialInstitutionBranch>"
CLASS = (
    f"{LINE}/cac:Item/cbc:Name + <cac:CommodityClassification><cbc:ItemClassificationCode"
    ' listID="TST" listVersionID="{}">1</cbc:ItemClassificationCode></cac:CommodityClassification>'
)
EINDAGI = before_seller(described("{}", "EINDAGI"))

NATIONAL_CASES = [
    Case("NO-R-001", PLAIN, (*seller("NO", "NO987654325"),), (*seller("NO", "NO987654325MVA"),)),
    Case("NO-R-001", PLAIN, (*seller("NO", "NO987654324MVA"),)),
    Case(
        "NO-R-002",
        PLAIN,
        (*seller("NO", "NO987654325MVA"),),
        (*seller("NO", "NO987654325MVA"), REGISTRATION.format("Foretaksregisteret")),
    ),
    Case("DK-R-002", PLAIN, (*DK, f"- {S_LEGAL}"), DK),
    Case("DK-R-014", PLAIN, DK, (*DK, f"{S_LEGAL}@schemeID = 0184")),
    Case("DK-R-017", PLAIN, DKDK, (*DKDK, f"{B_LEGAL}@schemeID = 0184")),
    Case(
        "DK-R-016", CREDIT, (*DKDK, "//cbc:PayableAmount = -1"), (*DK, "//cbc:PayableAmount = -1")
    ),
    Case(
        "DK-R-013",
        PLAIN,
        (
            *DKDK,
            "B/cbc:EndpointID + <cac:PartyIdentification><cbc:ID>1</cbc:ID></cac:PartyIdentification>",
        ),
        (
            *DKDK,
            'B/cbc:EndpointID + <cac:PartyIdentification><cbc:ID schemeID="0184">12345674</cbc:ID></cac:PartyIdentification>',
        ),
    ),
    Case("DK-R-005", PLAIN, (*DKDK, f"{MEANS} = 30"), (*DK, f"{MEANS} = 30")),
    Case(
        "DK-R-006", PLAIN, (*DKDK, f"{MEANS} = 42"), (*DKDK, f"{MEANS} = 42", BRANCH.format("1234"))
    ),
    Case("DK-R-007", PLAIN, (*DKDK, f"{MEANS} = 49"), (*DKDK, f"{MEANS} = 58")),
    Case(
        "DK-R-008",
        PLAIN,
        (*DKDK, f"{MEANS} = 50"),
        (*DKDK, f"{MEANS} = 50", "//cbc:PaymentID = 01#", f"{ACCOUNT}/cbc:ID = 1234567"),
    ),
    Case(
        "DK-R-009",
        PLAIN,
        (*DKDK, f"{MEANS} = 50", "//cbc:PaymentID = 04#123"),
        (*DKDK, f"{MEANS} = 50", "//cbc:PaymentID = 04#1234567890123456"),
    ),
    Case(
        "DK-R-010",
        PLAIN,
        (*DKDK, f"{MEANS} = 93"),
        (*DKDK, f"{MEANS} = 93", "//cbc:PaymentID = 73#", f"{ACCOUNT}/cbc:ID = 12345678"),
    ),
    Case(
        "DK-R-011",
        PLAIN,
        (*DKDK, f"{MEANS} = 93", "//cbc:PaymentID = 71#1"),
        (*DKDK, f"{MEANS} = 93", "//cbc:PaymentID = 71#123456789012345"),
    ),
    Case("DK-R-003", PLAIN, (*DKDK, CLASS.format("1")), (*DKDK, CLASS.format("26.0801"))),
    Case(
        "DK-R-004",
        ALLOWANCES,
        (*DKDK, f"{DOCUMENT_CHARGE}/cbc:AllowanceChargeReasonCode = ZZZ"),
        (
            *DKDK,
            f"{DOCUMENT_CHARGE}/cbc:AllowanceChargeReasonCode = ZZZ",
            f"{DOCUMENT_CHARGE}/cbc:AllowanceChargeReason = 3320",
        ),
    ),
    Case(
        "DK-R-004",
        ALLOWANCES,
        (
            *DKDK,
            f"{DOCUMENT_CHARGE}/cbc:AllowanceChargeReasonCode = ZZZ",
            f"{DOCUMENT_CHARGE}/cbc:AllowanceChargeReason = #a",
        ),
        (
            *DKDK,
            f"{DOCUMENT_CHARGE}/cbc:AllowanceChargeReasonCode = ZZZ",
            f"{DOCUMENT_CHARGE}/cbc:AllowanceChargeReason = a#b",
        ),
    ),
    Case(
        "IT-R-001",
        PLAIN,
        (*seller("IT"), REGISTRATION.format("short")),
        (*seller("IT"), REGISTRATION.format("RSSMRA85T10A562S")),
    ),
    Case("IT-R-002", PLAIN, (*seller("IT"), "- S/cac:PostalAddress/cbc:StreetName"), seller("IT")),
    Case("IT-R-003", PLAIN, (*seller("IT"), "- S/cac:PostalAddress/cbc:CityName"), seller("IT")),
    Case("IT-R-004", PLAIN, (*seller("IT"), "- S/cac:PostalAddress/cbc:PostalZone"), seller("IT")),
    Case("SE-R-001", PLAIN, seller("SE", "SE5567321707"), SE),
    Case("SE-R-002", PLAIN, seller("SE", "SE55673217O701"), SE),
    Case("SE-R-003", PLAIN, (*SE, f"{S_LEGAL} = 55673217O7"), (*SE, f"{S_LEGAL} = 5567321707")),
    Case("SE-R-004", PLAIN, (*SE, f"{S_LEGAL} = 556732170"), (*SE, f"{S_LEGAL} = 5567321707")),
    Case("SE-R-013", PLAIN, (*SE, f"{S_LEGAL} = 5567321708"), (*SE, f"{S_LEGAL} = 5567321707")),
    Case(
        "SE-R-005",
        PLAIN,
        (*SE, REGISTRATION.format("no")),
        (*SE, REGISTRATION.format("Godkänd för F-skatt")),
    ),
    Case("SE-R-006", PLAIN, SE, (*SE, "//cbc:Percent = 25.00")),
    Case(
        "SE-R-007",
        PLAIN,
        (*SE, BRANCH.format("SE:PLUSGIRO"), f"{ACCOUNT}/cbc:ID = 1-2"),
        (*SE, BRANCH.format("SE:PLUSGIRO"), f"{ACCOUNT}/cbc:ID = 12"),
    ),
    Case(
        "SE-R-010",
        PLAIN,
        (*SE, BRANCH.format("SE:PLUSGIRO"), f"{ACCOUNT}/cbc:ID = 1"),
        (*SE, BRANCH.format("SE:PLUSGIRO"), f"{ACCOUNT}/cbc:ID = 12345678"),
    ),
    Case(
        "SE-R-008",
        PLAIN,
        (*SE, BRANCH.format("SE:BANKGIRO"), f"{ACCOUNT}/cbc:ID = 123-456"),
        (*SE, BRANCH.format("SE:BANKGIRO"), f"{ACCOUNT}/cbc:ID = 1234567"),
    ),
    Case(
        "SE-R-009",
        PLAIN,
        (*SE, BRANCH.format("SE:BANKGIRO"), f"{ACCOUNT}/cbc:ID = 123456"),
        (*SE, BRANCH.format("SE:BANKGIRO"), f"{ACCOUNT}/cbc:ID = 12345678"),
    ),
    Case("SE-R-011", PLAIN, (*SE, f"{MEANS} = 56"), SE),
    Case("SE-R-012", PLAIN, (*SE, *buyer("SE"), f"{MEANS} = 31"), (*SE, f"{MEANS} = 31")),
    Case("GR-R-001-1", PLAIN, GR, (*GR, GREEK_NUMBER.format("094259216"))),
    Case(
        "GR-R-001-2",
        PLAIN,
        (*GR, GREEK_NUMBER.format("094259217")),
        (*GR, GREEK_NUMBER.format("094259216")),
    ),
    Case(
        "GR-R-001-2",
        PLAIN,
        (*GR, GREEK_NUMBER.format("123456783")),
        (*GR, GREEK_NUMBER.format("094259216")),
    ),
    Case(
        "GR-R-001-3",
        PLAIN,
        (*GR, "cbc:ID = 094259216|06/03/2026|1|1.1|A|7"),
        (*GR, GREEK_NUMBER.format("094259216")),
    ),
    Case(
        "GR-R-001-4",
        PLAIN,
        (*GR, "cbc:ID = 094259216|05/03/2026|x|1.1|A|7"),
        (*GR, GREEK_NUMBER.format("094259216")),
    ),
    Case(
        "GR-R-001-5",
        PLAIN,
        (*GR, "cbc:ID = 094259216|05/03/2026|1|9.9|A|7"),
        (*GR, GREEK_NUMBER.format("094259216")),
    ),
    Case(
        "GR-R-001-6",
        PLAIN,
        (*GR, "cbc:ID = 094259216|05/03/2026|1|1.1||7"),
        (*GR, GREEK_NUMBER.format("094259216")),
    ),
    Case(
        "GR-R-001-7",
        PLAIN,
        (*GR, "cbc:ID = 094259216|05/03/2026|1|1.1|A|"),
        (*GR, GREEK_NUMBER.format("094259216")),
    ),
    Case("GR-R-002", PLAIN, (*GR, "- S/cac:PartyName"), GR),
    Case("GR-R-003", PLAIN, seller("GR", "GR094259216"), GR),
    Case("GR-S-011", PLAIN, seller("GR", "EL094259217"), GR),
    Case("GR-R-004-1", PLAIN, GR, (*GR, before_seller(described("1", "##M.AR.K##")))),
    Case(
        "GR-R-004-2",
        PLAIN,
        (*GR, before_seller(described("0", "##M.AR.K##"))),
        (*GR, before_seller(described("17", "##M.AR.K##"))),
    ),
    Case(
        "GR-S-008-1",
        PLAIN,
        GR,
        (*GR, before_seller(described("1", "##INVOICE|URL##", "https://x"))),
    ),
    Case(
        "GR-R-008-2",
        PLAIN,
        (*GR, *[before_seller(described("1", "##INVOICE|URL##", "https://x"))] * 2),
        GR,
    ),
    Case(
        "GR-R-008-3",
        PLAIN,
        (*GR, before_seller(described("1", "##INVOICE|URL##"))),
        (*GR, before_seller(described("1", "##INVOICE|URL##", "https://x"))),
    ),
    Case("GR-R-005", PLAIN, (*GR, "- B/cac:PartyName"), GR),
    Case("GR-R-006", PLAIN, (*GR, f"{B_ADDRESS} = GR", f"{B_VAT} = GR094259216"), GRGR),
    Case(
        "GR-R-009",
        PLAIN,
        GR,
        (*GR, "S/cbc:EndpointID@schemeID = 9933", "S/cbc:EndpointID = 094259216"),
    ),
    Case(
        "GR-R-010",
        PLAIN,
        GRGR,
        (*GRGR, "B/cbc:EndpointID@schemeID = 9933", "B/cbc:EndpointID = 094259216"),
    ),
    Case("IS-R-001", PLAIN, (*seller("IS"), "cbc:InvoiceTypeCode = 383"), seller("IS")),
    Case("IS-R-002", PLAIN, seller("IS"), (*seller("IS"), f"{S_LEGAL}@schemeID = 0196")),
    Case("IS-R-003", PLAIN, (*seller("IS"), "- S/cac:PostalAddress/cbc:PostalZone"), seller("IS")),
    Case("IS-R-004", PLAIN, ISIS, (*ISIS, f"{B_LEGAL}@schemeID = 0196")),
    Case("IS-R-005", PLAIN, (*ISIS, "- B/cac:PostalAddress/cbc:StreetName"), ISIS),
    Case(
        "IS-R-006",
        PLAIN,
        (*seller("IS"), f"{MEANS} = 9"),
        (*seller("IS"), f"{MEANS} = 9", f"{ACCOUNT}/cbc:ID = 123456789012"),
    ),
    Case(
        "IS-R-007",
        PLAIN,
        (*seller("IS"), f"{MEANS} = 42"),
        (*seller("IS"), f"{MEANS} = 42", f"{ACCOUNT}/cbc:ID = 123456789012"),
    ),
    Case(
        "IS-R-008",
        PLAIN,
        (*seller("IS"), EINDAGI.format("20.3.2026")),
        (*seller("IS"), EINDAGI.format("2026-03-21")),
    ),
    Case(
        "IS-R-009",
        PLAIN,
        (*seller("IS"), EINDAGI.format("2026-03-21"), "- cbc:DueDate"),
        (*seller("IS"), EINDAGI.format("2026-03-21")),
    ),
    Case(
        "IS-R-010",
        PLAIN,
        (*seller("IS"), EINDAGI.format("2026-03-19")),
        (*seller("IS"), EINDAGI.format("2026-03-20")),
    ),
    Case("NL-R-001", CREDIT, (*NL, "- cac:BillingReference"), NL),
    Case("NL-R-002", PLAIN, (*NL, "- S/cac:PostalAddress/cbc:StreetName"), NL),
    Case("NL-R-003", PLAIN, NL, (*NL, f"{S_LEGAL}@schemeID = 0106", f"{S_LEGAL} = 12345678")),
    Case(
        "NL-R-004",
        PLAIN,
        (*NL, *buyer("NL"), "- B/cac:PostalAddress/cbc:CityName"),
        (*NL, *buyer("NL")),
    ),
    Case(
        "NL-R-005",
        PLAIN,
        (*NL, *buyer("NL")),
        (*NL, *buyer("NL"), f"{B_LEGAL}@schemeID = 0190", f"{B_LEGAL} = 00000001234567890000"),
    ),
    Case("NL-R-006", PLAIN, (*NL, REPRESENTATIVE.format("")), (*NL, REPRESENTATIVE.format(FULL))),
    Case(
        "NL-R-007",
        PLAIN,
        (*NL, "- cac:PaymentMeans"),
        (*NL, "- cac:PaymentMeans", "//cbc:PayableAmount = 0"),
    ),
    Case("NL-R-008", PLAIN, (*NL, *buyer("NL"), f"{MEANS} = 31"), (*NL, f"{MEANS} = 31")),
    Case(
        "NL-R-009",
        PLAIN,
        (
            *NL,
            f"{LINE}/cbc:LineExtensionAmount + <cac:OrderLineReference><cbc:LineID>1</cbc:LineID></cac:OrderLineReference>",
        ),
        (
            *NL,
            f"{LINE}/cbc:LineExtensionAmount + <cac:OrderLineReference><cbc:LineID>1</cbc:LineID></cac:OrderLineReference>",
            "cbc:BuyerReference + <cac:OrderReference><cbc:ID>1</cbc:ID></cac:OrderReference>",
        ),
    ),
    Case("DE-R-001", PLAIN, (*DEDE, "- cac:PaymentMeans"), DEDE),
    Case("DE-R-002", PLAIN, (*DEDE, "- S/cac:Contact"), DEDE),
    Case("DE-R-003", PLAIN, (*DEDE, "- S/cac:PostalAddress/cbc:CityName"), DEDE),
    Case("DE-R-004", PLAIN, (*DEDE, "- S/cac:PostalAddress/cbc:PostalZone"), DEDE),
    Case("DE-R-005", PLAIN, (*DEDE, "- S/cac:Contact/cbc:Name"), DEDE),
    Case("DE-R-006", PLAIN, (*DEDE, "- S/cac:Contact/cbc:Telephone"), DEDE),
    Case("DE-R-007", PLAIN, (*DEDE, "- S/cac:Contact/cbc:ElectronicMail"), DEDE),
    Case("DE-R-008", PLAIN, (*DEDE, "- B/cac:PostalAddress/cbc:CityName"), DEDE),
    Case("DE-R-009", PLAIN, (*DEDE, "- B/cac:PostalAddress/cbc:PostalZone"), DEDE),
    Case(
        "DE-R-010",
        INTRA,
        (*DEDE, "- cac:Delivery/cac:DeliveryLocation/cac:Address/cbc:CityName"),
        DEDE,
    ),
    Case(
        "DE-R-011",
        INTRA,
        (*DEDE, "- cac:Delivery/cac:DeliveryLocation/cac:Address/cbc:PostalZone"),
        DEDE,
    ),
    Case(
        "DE-R-014",
        EXEMPT,
        (*DEDE, "- cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:Percent"),
        DEDE,
    ),
    Case(
        "DE-R-015",
        PLAIN,
        (
            *DEDE,
            "cbc:BuyerReference + <cac:OrderReference><cbc:ID>1</cbc:ID></cac:OrderReference>",
            "- cbc:BuyerReference",
        ),
        DEDE,
    ),
    Case(
        "DE-R-016",
        PLAIN,
        (f"{S_ADDRESS} = DE", f"{B_ADDRESS} = DE", "- S/cac:PartyTaxScheme"),
        DEDE,
    ),
    Case("DE-R-017", PLAIN, (*DEDE, "cbc:InvoiceTypeCode = 383"), DEDE),
    Case(
        "DE-R-018",
        PLAIN,
        (*DEDE, "cac:PaymentTerms/cbc:Note = #SKONTO#TAGE=14#PROZENT=2#\\n"),
        (*DEDE, "cac:PaymentTerms/cbc:Note = #SKONTO#TAGE=14#PROZENT=2.00#\\n"),
    ),
    Case(
        "DE-R-019",
        PLAIN,
        (*DEDE, f"{MEANS} = 58", f"{ACCOUNT}/cbc:ID = BE62999004567862"),
        (*DEDE, f"{MEANS} = 58"),
    ),
    Case(
        "DE-R-020",
        DEBIT,
        (*DEDE, f"{MEANS} = 59", "//cac:PayerFinancialAccount/cbc:ID = 123"),
        (*DEDE, f"{MEANS} = 59"),
    ),
    Case(
        "DE-R-022",
        PLAIN,
        (
            *DEDE,
            before_seller(reference("1", file="a.pdf")),
            before_seller(reference("2", file="a.pdf")),
        ),
        (
            *DEDE,
            before_seller(reference("1", file="a.pdf")),
            before_seller(reference("2", file="b.pdf")),
        ),
    ),
    Case("DE-R-023-1", PLAIN, (*DEDE, f"- {ACCOUNT}"), DEDE),
    Case("DE-R-023-2", DEBIT, (*DEDE, f"{MEANS} = 30"), (*DEDE, f"{MEANS} = 59")),
    Case("DE-R-024-1", PLAIN, (*DEDE, f"{MEANS} = 48"), DEDE),
    Case("DE-R-024-2", PLAIN, (*DEDE, f"{MEANS} = 54"), DEDE),
    Case("DE-R-025-1", PLAIN, (*DEDE, f"{MEANS} = 59"), DEDE),
    Case("DE-R-025-2", PLAIN, (*DEDE, f"{MEANS} = 59"), DEDE),
    Case(
        "DE-R-026",
        PLAIN,
        (*DEDE, "cbc:InvoiceTypeCode = 384"),
        (
            *DEDE,
            "cbc:InvoiceTypeCode = 384",
            "cbc:BuyerReference + <cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>1</cbc:ID></cac:InvoiceDocumentReference></cac:BillingReference>",
        ),
    ),
    Case("DE-R-027", PLAIN, (*DEDE, "S/cac:Contact/cbc:Telephone = 12"), DEDE),
    Case("DE-R-028", PLAIN, (*DEDE, "S/cac:Contact/cbc:ElectronicMail = a@b"), DEDE),
    Case(
        "DE-R-030",
        PLAIN,
        (*DEDE, "cac:PaymentMeans > <cac:PaymentMandate><cbc:ID>1</cbc:ID></cac:PaymentMandate>"),
        (
            *DEDE,
            "cac:PaymentMeans > <cac:PaymentMandate><cbc:ID>1</cbc:ID></cac:PaymentMandate>",
            'S/cbc:EndpointID + <cac:PartyIdentification><cbc:ID schemeID="SEPA">BE1</cbc:ID></cac:PartyIdentification>',
        ),
    ),
    Case(
        "DE-R-031",
        PLAIN,
        (*DEDE, "cac:PaymentMeans > <cac:PaymentMandate><cbc:ID>1</cbc:ID></cac:PaymentMandate>"),
        DEDE,
    ),
    Case(
        "DE-T02",
        PLAIN,
        (*DEDE, before_seller(reference("1", uri="a.pdf"))),
        (*DEDE, before_seller(reference("1", uri="https://x.example/a.pdf"))),
    ),
]

CASES = [*DOCUMENT_CASES, *LINE_CASES, *CODE_CASES, *IDENTIFIER_CASES, *NATIONAL_CASES]
