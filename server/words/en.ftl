# Usra: what the console says. One message an idea, the same as in ar.ftl.

brand = Usra
skip = Skip to the content
rooms = Rooms of the console
room-overview = Overview
room-families = Families
room-review = Conflicts
room-duplicates = Duplicates
room-held = Held work
room-devices = Devices
language-other = Language of the page
sign-out = Sign out
sign-in = Sign in
sign-in-title = Sign in to the console
sign-in-lead = The registry of the productive families of the Makkah region
login = Login
password = Password
totp = One-time code
totp-hint = Six digits from your app of one-time codes
role-surveyor = surveyor
role-supervisor = supervisor
role-family = family
role-staff = staff
role-partner = partner
role-admin = admin
author-centre = the Centre
author-operator = server operator
yes = Yes
no = No
riyal = SAR
none = None
not-given = Not given
all = All
show = Show
clear = Clear the filter
search = Search
search-families = Name, district, whole mobile number or file number
filter = Filter
filter-fault = Not understood in the address: { $what }. It narrows nothing.
families-n =
    { $n ->
        [one] { $n } family
       *[other] { $n } families
    }
conflicts-n =
    { $n ->
        [one] { $n } conflict
       *[other] { $n } conflicts
    }
changes-n =
    { $n ->
        [one] { $n } change
       *[other] { $n } changes
    }
devices-n =
    { $n ->
        [one] { $n } device
       *[other] { $n } devices
    }
overview-title = How many families are there?
as-of = As of { $what }, Makkah time
families-counted = families counted
families-verified = verified
families-provisional = provisional
families-fresh = updated in the last 12 months
unknown = Not known yet
unknown-lead = The numbers may change once this is settled:
unknown-held = changes held
unknown-waiting = changes waiting for others
unknown-refused = changes refused
unknown-conflicts = open conflicts
unknown-duplicates = suspected duplicate pairs
unknown-silent = devices silent for seven days
by-governorate = Governorate
by-sector = Sector
by-activity = Main activity
by-status = Status
by-standing = Counting
by-need = Open need
by-service = Service received
standing-counted = All that count
standing-verified = Verified
standing-provisional = Provisional
standing-uncounted = Not counted
share = Size
licences = Licences that end
by-licence = End of a licence
licence-over = families with a licence that ended
licence-30 = end within 30 days
licence-60 = end in 31 to 60 days
licence-90 = end in 61 to 90 days
export = Download the list
map = Map
needs = Needs and services
needs-open = Families with an open need
services-given = Families that got a service
category = Category
families-head = Families
trend = Families registered in each week
week-of = Week from
trend-table = The numbers by week
families-title = Families
name-en = Name in English
by-centre = Centre
by-district = District or village
name = Name
file-no = File number
place = Place
status = Status
changed = Last change
nothing-found = No family fits. Loosen the filter or try another word.
page-before = Previous
page-after = Next
pages = Pages
page-of = Page { $n }
of-pages = of { $n }
kind-family = Family
kind-household = Household
kind-product = Product
kind-visit = Visit
group-licence = Licences
group-consent = Consents
group-member = Members
group-income = Income
group-need = Needs
group-service = Services
group-photo = Photos
masked = Masked
story = Story
story-of = Story: { $what }
story-of-record = Story of the record
story-lead = Every value that was written, when it came, from whom, and what it took the place of. The newest first.
story-replaced = in place of
story-open = open value
to-family = The family’s page
conflict = Conflict
reveal-title = Show sensitive values
reveal-lead = It is kept in the audit, with the reason you give.
reveal = Show them
reason = Reason
reason-wrong = Write the reason on one line, 1 to 300 characters.
revealed = Sensitive values are shown now, and that was noted.
verify = Verify the family
verify-lead = It counts as verified from then on, and phones hear it.
sealed = Sealed values
sealed-lead = Only their last digits are shown here.
review-title = Conflicts that wait for a decision
review-lead = Two people wrote different values without knowing of each other. Choose one, or open the story to write another. The decision reaches the phones.
review-none = Nothing waits. Nobody disagrees.
choose = Choose this
review-masked = Open the story to see the values and choose
shown-now = Shown now
resolve-title = What does this field hold?
resolve-lead = The value takes the place of the open values below; you can take it back on this page.
resolve-value = Another value
resolve = Save the value
resolve-again = Use this value
resolve-outdated = Somebody else decided meanwhile. Look at the values again.
resolve-same = The field holds this value already.
resolve-not-allowed = This field is not written here.
value-empty = Write a value.
held-title = Work that the rules did not let in
held-lead = Nothing is lost: what was not let in is kept with its reason until a person decides.
held-none = Nothing is in this state.
held-one-title = A held change
held-gone = It is not held any more; somebody may have decided before.
held-left = The decision could not be carried out and it stays held:
held-release = Release: it comes in as its author made it
held-adopt = Adopt: the Centre writes the values itself
held-reject = Reject: it stays out, and its author reads the reason
held-decision = Decision
held-decide = Carry it out
held-reason-hint = Only for rejecting; the author reads it.
held-would = It would write
held-now = In the record now
held-unread = What it holds cannot be read.
field = Field
why = Why
who = Who
when = When
fields = Fields
state-held = held
state-waiting = waiting
state-refused = refused
devices-title = Devices of the field
devices-lead = When each was last heard, and what of its work waits.
devices-all = All devices
devices-silent = Silent ones only
device-seen = Last heard
device-areas = Areas
device-silent = silent
device-revoked = revoked
device-works = works
revoke = Revoke
revoke-sure = It is out at once. What it had not sent comes into held work.
revoke-confirm = Yes, revoke it
said-verified = The family is verified.
said-resolved = The value is kept and goes to the phones.
said-merged = The two are one family now, and the phones will hear of it.
said-unmerged = Both families are what they were.
said-apart = It is kept that they are two families.
said-released = The change is in the record.
said-adopted = The Centre wrote the values.
said-rejected = The change was rejected; its author will read why.
said-revoked = The device is revoked.
duplicates-title = Families that may be one
duplicates-lead = Nothing is ever merged by itself: compare the two, then decide. Shown are pairs whose families both live in your areas.
duplicates-none = Nothing waits for your decision.
duplicates-behind =
    { $n ->
        [one] One thing arrived that was not compared yet.
       *[other] { $n } things arrived that were not compared yet.
    }
pairs-n =
    { $n ->
        [one] { $n } pair
       *[other] { $n } pairs
    }
pair-found = found
duplicate-certain = Certain
duplicate-likely = Likely
duplicate-possible = Possible
alike-id = A national id in both
alike-mobile = One mobile number
alike-person = A person of an alike name
alike-people = Several people of alike names
alike-birth = One date of birth
alike-trade = One trade name
alike-district = One district
alike-centre = One centre
alike-governorate = One governorate
compare = Compare
differs = different
merge-title = Are they one family?
merge-remains = The one that remains
merge-lead = The family you chose remains, with the values chosen in the table. The other becomes a second name of it: its products, visits and people follow, and whatever is still written into it. Nothing is deleted, and the merge can be taken back.
merge = Merge the families
merge-people = Household
merge-people-of = Household of { $what }
merge-no-people = Nobody is recorded for it.
merge-merged = One of them is merged into another family. Take that back first, or merge with the one that remains.
merge-has-others = Other families are merged into the one that would not remain. Let it be the one that remains, or take those back first.
apart-title = Or they are two
apart-lead = The pair is not shown again unless there is a new reason.
apart = They are two families
is-merged = This family is a duplicate: it was merged into another and is not counted.
to-survivor = To the family that remains
unmerge = Take the merge back
unmerge-lead = Both families become what they were before the merge; what people wrote since stays.
unmerge-confirm = Yes, take it back
has-merged = Merged into it
from-merged = from a merged family
refused-title = The page cannot be shown
refused-back = To the overview
refused-request = Number of the request, for whom you ask about it: { $what }
reason-deps_missing = A change it follows has not arrived yet
reason-family_missing = The family’s record has not arrived yet
reason-record_missing = The record has not arrived yet
reason-out_of_scope = The record is outside its author’s areas
reason-field_not_allowed = Its author may not write this field
reason-field_unknown = The field is not known
reason-value_wrong_type = The value is of another type than the field
reason-value_invalid = The value does not fit the field
reason-record_too_large = The record is full
reason-after_held = It follows a held change
reason-relayed = Another phone passed it on after a restore; it waits for its author
reason-kind_unknown = The kind of record is not known
reason-record_mismatch = The record exists under another family or as another kind
reason-field_written_once = The field is written once
reason-not_storable = The database cannot hold it
reason-install_revoked = The device was revoked
reason-sealing_key_unknown = It was sealed for a key that the server does not have
reason-change_malformed = It cannot be read
reason-change_too_large = It is too large
reason-foreign_actor = Another device made it
reason-forked = The phone was copied or restored
reason-seq_out_of_order = It is out of order
reason-counter_out_of_order = Its counter is out of order
reason-predecessor_unknown = It replaces a value that is not known
reason-seal_broken = Its seal is broken
reason-rejected = The Centre rejected it
reason-adopted = The Centre took its values over
reason-erased = The family was erased
reason-unknown = A reason of a newer server

# Licences and needs.
room-licences = Licences
room-needs = Needs
by-provider = Served by
by-holds = Holds a licence
by-gap = Lacks a licence
choose-one = Choose
agency = Agency
agency-none = No agency
agency-wrong = Choose an agency of the list.
licences-title = Licences
licences-lead = Of the families that count. A number shows the licences that it counts.
licences-n =
    { $n ->
        [one] { $n } licence
       *[other] { $n } licences
    }
licences-none = No licence fits. Loosen the filter.
licence-type = Type
licence-issuer = Issuer
licence-number = Number
licence-issued = Issued on
licence-expires = Expires on
licence-state = State
licence-end = End
licence-ended = ended
licence-undecided = Not decided yet
licence-open = Decide
licence-open-of = Decide on the licence of { $what }
licence-decide-title = Decide on this licence
licence-decide-lead = Write down what the agency decided. The state reaches the phones. The reason stays here, and the audit notes who decided and for which agency.
licence-decide = Save the decision
licence-agency = Agency that decided
licence-history = What was decided
licence-history-none = Nothing was decided yet.
licence-ticked = Points that were ticked
licence-state-wrong = Choose a state of the list.
licence-same = The licence is in this state already. Nothing was changed.
licence-outdated = Somebody else decided meanwhile. Look at the decisions below, then decide again.
licence-full = The record has no room for another change. Tell who runs the server.
licence-points-open = These points are still open, so the kitchen cannot be approved: { $what }. Tick them once they are met, or choose another state.
kitchen-title = Points of a kitchen at home
kitchen-lead = Tick what was seen to be met. All of them must be ticked before the permit is valid.
required-title = Licences that an activity requires
required-lead = Families that count, by their main activity. A licence is held when it is not over and was not rejected or suspended; one that nobody decided about is held too.
required-licence = Required licence
required-holds = Hold it
required-lacks = Lack it
required-none = No family here has an activity that requires a licence of the list.
needs-title = Needs
needs-lead = Of the families that count. A number shows the needs that it counts. That you see them is noted in the audit.
needs-n =
    { $n ->
        [one] { $n } need
       *[other] { $n } needs
    }
needs-none = No need fits. Loosen the filter.
needs-by-category = Open needs by category and governorate
needs-by-agency = By agency
needs-assigned = Open, assigned
needs-served = Needs it served
families-served = Families it served
needs-days = Median days
needs-days-of = Of how many
needs-times = How long it takes to meet a need
needs-times-lead = From the day the centre heard of it to the first service for it, or to the day it was said to be met. In the table above it is of the needs assigned to the agency.
needs-list = List of needs
need-priority = Priority
need-agency = Assigned to
need-served-by = Served by
need-stage = Stage
need-stage-open = Open
need-stage-met = Met or served
need-open = Assign
need-open-of = Assign the need of { $what }
need-title = Need
need-assign-title = Assign it to an agency
need-assign-lead = It reaches the phones that see the household: those of the field and the family’s own. Partners see no households.
need-assign = Save
need-same = The need is assigned so already. Nothing was changed.
said-licence = The decision is kept, and its state goes to the phones.
said-assigned = The agency is kept and goes to the phones.
# Fieldwork
room-fieldwork = Fieldwork
fieldwork-title = Fieldwork
fieldwork-lead = Which families were visited in the last twelve months: those that a visit met, completely or in part. Every number opens its families.
fieldwork-doors = More of the fieldwork
fieldwork-all = All areas
fieldwork-cover = Coverage
fieldwork-places = By area
fieldwork-area = Area
fieldwork-itself = { $what }, in none of its centres
fieldwork-blocks = By survey block
fieldwork-block = Survey block
fieldwork-people = Surveyors and supervisors
fieldwork-people-lead = Phones enrolled with the same name and role are one person’s. Visits are those of the last thirty days.
fieldwork-nobody = Nobody works here yet.
cover-visited = visited
cover-missed = not visited
cover-last = Last visit
by-visited = Visited in the last 12 months
visited-yes = Visited
visited-no = Not visited
by-surveyor = Of one surveyor only
person-families = Families to visit
person-visits = Visits
visits-title = Visits
visits-lead = When surveyors came and what came of it, the last thirty days unless you choose others. Exact places are sealed and shown nowhere.
visits-n =
    { $n ->
        [one] { $n } visit
       *[other] { $n } visits
    }
visits-by = Surveyor
visits-from = From
visits-until = Until
visits-days = By day and outcome
visits-day = Day
visits-each = Each visit
visits-none = There was no such visit. Choose other days or loosen the filter.
visit-type = Kind
visit-outcome = Outcome
visit-minutes = Minutes
visit-next = Next visit
device-owner = Owner
device-synced = Last sync that succeeded
device-unsent = Not sent yet, as last told
device-version = Version
device-schema = schema { $n }
device-assign = Where they work
device-assign-do = Change areas
enrol-title = Enrol a phone
enrol-lead = Makes a code that enrols one phone, once, within ten minutes. Show it to the person beside you, or read it to them.
enrol-family = The phone of the family
enrol-this-family = Enrol this family’s own phone
enrol-name = Whose phone is it?
enrol-role = What do they do?
enrol-make = Make the code
enrol-fault-name = Write the name of whoever has the phone, on one line and not longer than 80 letters.
enrol-fault-role = Choose what the person does.
enrol-fault-area = Choose where the person works: at least one of these areas.
enrol-fault-address = The server does not know its own address yet. Ask who runs it to start it once.
areas-hint = Each area means all below it.
area-whole = All of { $what }
enrolled-title = The code is ready
enrolled-lead = Good for one phone, until { $what } Makkah time. It is shown this once; if it is lost, make another.
enrolled-picture = The code as a picture, for the camera of the phone that is enrolled
enrolled-code = The code
enrolled-link = The same as a link
enrolled-until = Until
enrolled-next = Another phone
reassign-title = Where a phone works
reassign-lead = From its next sync on the phone gets what lies in the chosen areas, and what lies in none of them leaves it. Work that was not sent is sent first.
reassign-later = Planned for later: { $what }
reassign-none = Choose at least one area. A phone that shall work nowhere is revoked.
reassign = Assign the phone
plan-title = Fieldwork of a family
assign-title = Who visits it
assign-lead = Phones hear it with their next sync.
assign-to = Surveyor
assign-nobody = Nobody yet
assign-other = Somebody who does not work here any more
assign = Save
assign-fault-surveyor = Choose somebody who works where the family lives.
assign-fault-block = Write the block on one line, not longer than 64 letters.
move-title = Move to another area
move-lead = The family leaves the phones of its area and comes to those of the new one, at their next sync. What its record says of governorate and centre stays as it is; correct that on the family’s page.
move-to = New area
move = Move the family
move-fault-area = Choose another area than the one where the family lives.
said-reassigned = The phone works there from its next sync on.
said-moved = The family was moved.
said-planned = It is kept and goes to the phones.
# Lists taken out.
take-out-title = The list as a file
take-out-lead = The file has exactly the families that this list finds, every page of them, in this order. It is made in the background and is kept for one hour.
take-out-form = Kind of file
take-out-xlsx = Excel workbook (XLSX)
take-out-csv = Comma-separated text (CSV)
take-out-geojson = Map points at the middle of each governorate (GeoJSON)
take-out-parquet = Typed columns for analysis (Parquet)
take-out-personal = With personal columns: mobile number and address
take-out-reason = Reason, for personal columns; the audit keeps it with your name
take-out-begin = Make the file
take-out-form-wrong = Choose one of the kinds of file.
take-out-busy = Two of your lists are still being made. Make another when one of them is ready:
take-out-nth =
    { $n ->
       *[other] list { $n }
    }
take-out-crowded = Several lists of other people are being made right now. Try again in a minute.
take-out-asked = Asked for
take-out-running = The file is being made. This page looks again by itself every two seconds.
take-out-progress = Families read
take-out-counting = The families are being counted.
take-out-ready = The file is ready. It is kept until { $what }.
take-out-has-personal = It has personal columns. Keep it where only those can open it who need it, and delete it when it has served.
take-out-file = Download the file
take-out-expired = The file was kept until { $what } and is gone. Go back to the list and make it again.
take-out-failed = The file could not be made. Go back to the list and make it again; if it fails again, tell whoever runs the server.
take-out-lost = The server stopped while it made the file. Go back to the list and make it again.
take-out-back = To the list
take-out-created = Registered
take-out-products = Products
take-out-needs = Open needs

# The sheet to print.
sheet-link = A sheet to print
sheet-title = Families: a sheet to print
sheet-hint = Print it from your browser, on A4, or keep it as a PDF.
sheet-narrowed = Only
sheet-everything = All families of the areas of this account
sheet-total = Together
sheet-largest =
    { $n ->
       *[other] Main activity: the { $n } most frequent
    }

# Lists brought in.
bring-in-title = Bring in a list
bring-in-lead = A chamber’s or a society’s list of families. You see first how it would be read; nothing is written before you confirm it. Its families are provisional until somebody verifies them.
bring-in-source = Where the list is from
bring-in-source-hint = Its lasting name, such as “Jeddah Chamber”. Write it the same the next time: then the same rows are known again, and only what changed is written.
bring-in-source-wrong = Name where the list is from, in 1 to 60 characters on one line.
bring-in-file = The list
bring-in-file-hint = CSV in UTF-8, or the first sheet of an Excel workbook (XLSX); its first row names the columns. At most 4 MB and 20,000 rows.
bring-in-form-wrong = The file is neither CSV in UTF-8 nor an Excel workbook. Save it as one of them and send it again.
bring-in-empty = The list has no rows below its heads. Choose another file.
bring-in-too-large = The list is too large: it may have 20,000 rows and 60 columns. Part it and bring in the parts under the same name.
bring-in-look = Look at it
bring-in-look-lead = This is how the list would be read. Nothing is written yet; after an hour it is forgotten.
bring-in-columns = What each column is
bring-in-nothing = Not taken
bring-in-key = Key of the row
bring-in-columns-wrong = Say which column is what, each once: the key that names a row for good (a membership or certificate number), the trade name, and the governorate or centre are needed.
bring-in-look-again = Look again
bring-in-families =
    { $n ->
        [one] { $n } family would be taken.
       *[other] { $n } families would be taken.
    }
bring-in-rows-rejected =
    { $n ->
        [0] No row would be left out.
        [one] { $n } row would be left out.
       *[other] { $n } rows would be left out.
    }
bring-in-confirm = Bring these families in
bring-in-first = The first families as they would be read
bring-in-left-n =
    { $n ->
        [one] { $n } thing to put right
       *[other] { $n } things to put right
    }
bring-in-line = Row
bring-in-column = Column
bring-in-value = Value
bring-in-left-out = Left out
bring-in-left-row = the row
bring-in-left-value = the value
bring-in-why = Why
bring-in-key-missing = This row has no key.
bring-in-key-too-long = A key has at most 120 characters.
bring-in-key-repeated = An earlier row has the same key; the first was taken.
bring-in-key-national-id = The key is a national id, which no record may hold. Choose another column as the key.
bring-in-needed = This value is needed to register and is empty.
bring-in-centre-elsewhere = This centre is not in the row’s governorate.
bring-in-area-unknown = There is no area of this place.
bring-in-out-of-scope = This place is outside of the areas of your account.
bring-in-busy = Another list is being brought in. Confirm yours when it is done.
bring-in-over = This list was confirmed already, or is gone.
bring-in-came = Sent { $what }
bring-in-running = The families are being written. This page looks again by itself every two seconds.
bring-in-progress = Rows done
bring-in-done = The list is brought in.
bring-in-gone = Nobody confirmed this list within an hour, so it was forgotten. Send it again.
bring-in-failed = The list was not brought in whole. Send it again: what is written already is not written twice. If it fails again, tell whoever runs the server.
bring-in-lost = The server stopped while it wrote the families. Send the list again: what is written already is not written twice.
bring-in-new = New families
bring-in-updated = Updated
bring-in-same = Unchanged
bring-in-rejected = Rows left out
bring-in-rejects = Download what was left out
bring-in-rejects-lead = Row, column, value and reason (CSV), for one hour. Put the list right and bring it in again under the same name.
bring-in-another = Bring in another list
publish = Publish this count
publish-lead = The number, its parts and the families counted are kept as they are now, with your name. That is not taken back.
said-published = The count is published.
said-moved-on = Nothing was published: the number became another one meanwhile. Look at it again.
counts-title = Published counts
counts-lead = Each of these numbers is kept with the families it counted, so that it can be made again and answered for.
counts-n =
    { $n ->
        [one] { $n } published count
       *[other] { $n } published counts
    }
count-title = A published count
count-at = Counted and published on
count-areas = Areas
count-version = Version of the query
count-older = another version counts by now
count-hash = Hash of its rows (SHA-256)
count-hash-now = The hash as it comes out now
count-same = Made again just now from the histories of its families: the same families, standing as they did, and the same hash.
count-but-erased = Made again just now from the histories of its families: those still kept come out as they were counted. The hash is another one because some were erased.
count-erased =
    { $n ->
        [one] One of its families was erased since.
       *[other] { $n } of its families were erased since.
    }
count-different = Made again just now, it does not come out as it was published. Show this page to those who look after the server.
count-differing = Families that come out otherwise
count-unknown = What was not known when it was counted
count-families-title = Families of a published count
count-families-lead = As they were when they were counted. Families that were erased since, or that live outside of your areas now, are not listed.
past-day = As of the end of the day
past-title = How many families were there?
past-lead = These are the families of your areas of today, as the Centre knew them then: by what it had received. What was erased has no past. What cannot be told of an earlier day is left out: needs, services, licences, silent devices, and what waited.
past-left-out = Left out, since it does not go with an earlier day: { $what }
past-families-title = Families as they were
room-verification = Verification
columns = Columns
columns-lead = The name always stays. When nothing is chosen the usual columns are shown.
column-verified-on = Verified on
column-registered-on = Registered on
column-conflicts = Open conflicts
verification-title = Families waiting for verification
verification-lead = All of them count provisionally; the longest-waiting come first. A family with a conflict or in a suspected pair may be verified all the same: these stay for whoever settles them.
verification-none = No family waits.
verification-registered = Registered
verification-products = Products
verification-pair = May be the same as: { $what }
verification-link = Waiting for verification, the longest-waiting first
review-of-family = Conflicts of one family only.
review-all = All conflicts
