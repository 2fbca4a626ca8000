"""The sample company's people, customers and things: plain lists that the builder draws from."""

from __future__ import annotations

FIRST_NAMES = (
    "Ada Bilal Carla Dmitri Elena Farid Greta Hugo Ines Jonas Karin Luca Maya Nils Olga Priya Quentin Rosa Samir Tara "
    "Ulrich Vera Wanda Xavier Yusuf Zoe Amara Bruno Chiara Diego Edith Felix Gwen Hana Ivan Julia Kofi Leila Marek Nora"
).split()
LAST_NAMES = (
    "Abbott Berg Castillo Dahl Ellison Fontaine Garcia Hofer Ibrahim Jensen Kowalski Lindgren Moreau Novak Okafor "
    "Petrov Quist Rossi Silva Tanaka Urban Visser Weber Xu Yilmaz Zimmer Adeyemi Brandt Chen Dubois Eriksen Fischer "
    "Grant Hansen Ivanov Jovanovic Keller Larsen Martin Nowak"
).split()
COMPANY_HEADS = (
    "Northwind Harbour Alder Bluestone Cedar Delta Everline Foxglove Granite Highland Ironbridge Juniper Kestrel "
    "Lakeside Meridian Nightingale Oakfield Pinecrest Quarry Riverside Silverline Thornbury Uplands Vantage Westgate"
).split()
COMPANY_TAILS = (
    "Logistics,Dental Care,Architects,Foods,Law,Insurance,Printing,Motors,Schools,Pharmacy,Textiles,Accounting,"
    "Hotels,Engineering,Media,Brewery,Housing,Clinic,Tools,Travel"
).split(",")
# Every account has one of each; tickets are about the kind that fits them.
ASSETS = (("Server", "SRV"), ("Notebook", "NB"), ("Printer", "PRN"), ("Firewall", "FW"))
CONTRACTS = (("Managed services", "managed"), ("Block hours 20", "block"), ("Project", "project"))
DEPARTMENTS = ("Service Desk", "Field Service", "Network", "Back Office")
CATEGORIES = (
    ("General", True),
    ("Hardware", True),
    ("Mail and calendar", True),
    ("Network", True),
    ("Accounts and access", True),
    ("Software", True),
    ("Backup", True),
    ("Monitoring", False),
    ("Internal", False),
)
PRODUCTS = ("Mail hosting", "Backup service", "Managed firewall", "Workplace", "Telephony", "Web hosting")
TEAMS = ("Service Desk", "Field Service", "Network")

# user name, name, role, department, team, withdrawn privilege
STAFF = (
    ("robin", "Robin Hale", "administrator", "Service Desk", "Service Desk", ""),
    ("mara", "Mara Lindqvist", "dispatcher", "Service Desk", "Service Desk", ""),
    ("tom", "Tom Okonkwo", "technician", "Service Desk", "Service Desk", ""),
    ("ines", "Inês Carvalho", "technician", "Service Desk", "Service Desk", ""),
    ("jan", "Jan Nováček", "technician", "Field Service", "Field Service", ""),
    ("sofia", "Sofia Bergström", "technician", "Field Service", "Field Service", ""),
    ("omar", "Omar Haddad", "technician", "Network", "Network", ""),
    ("li", "Li Wei 李伟", "technician", "Network", "Network", ""),
    ("noor", "Noor Trainee", "technician", "Service Desk", "Service Desk", "view_others"),
    ("paula", "Paula Reyes", "dispatcher", "Back Office", "", ""),
    ("kim", "Kim Former", "technician", "Field Service", "", ""),
)
LEFT_THE_COMPANY = "kim"
OPERATOR = "robin"
PASSWORD = "deskwire-demo"
SUPPORT_ADDRESS = "support@desk.example"
