# أسرة: ما تقوله لوحة المركز. رسالة لكل فكرة، وهي نفسها في en.ftl.

brand = أسرة
skip = تخطَّ إلى المحتوى
rooms = أقسام اللوحة
room-overview = نظرة عامة
room-families = الأسر
room-review = التعارضات
room-duplicates = المكررة
room-held = الموقوف
room-devices = الأجهزة
language-other = لغة الصفحة
sign-out = خروج
sign-in = دخول
sign-in-title = الدخول إلى لوحة المركز
sign-in-lead = سجل الأسر المنتجة في منطقة مكة المكرمة
login = اسم الدخول
password = كلمة المرور
totp = رمز التحقق من التطبيق
totp-hint = ستة أرقام من تطبيق الرموز، بأي شكل من الأرقام
role-surveyor = باحث ميداني
role-supervisor = مشرف
role-family = الأسرة
role-staff = موظف المركز
role-partner = جهة شريكة
role-admin = مدير
author-centre = المركز
author-operator = مشغل الخادم
yes = نعم
no = لا
riyal = ر.س
none = لا شيء
not-given = غير محدد
all = الكل
show = اعرض
clear = امسح التصفية
search = ابحث
search-families = الاسم أو الحي أو رقم الجوال كاملا أو رقم الملف
filter = التصفية
filter-fault = لم نفهم من العنوان: { $what }. لم يؤثر ذلك في النتائج.
families-n =
    { $n ->
        [zero] لا أسر
        [one] أسرة واحدة
        [two] أسرتان
        [few] { $n } أسر
       *[other] { $n } أسرة
    }
conflicts-n =
    { $n ->
        [zero] لا تعارضات
        [one] تعارض واحد
        [two] تعارضان
        [few] { $n } تعارضات
       *[other] { $n } تعارضا
    }
changes-n =
    { $n ->
        [zero] لا تغييرات
        [one] تغيير واحد
        [two] تغييران
        [few] { $n } تغييرات
       *[other] { $n } تغييرا
    }
devices-n =
    { $n ->
        [zero] لا أجهزة
        [one] جهاز واحد
        [two] جهازان
        [few] { $n } أجهزة
       *[other] { $n } جهازا
    }
overview-title = كم أسرة لدينا؟
as-of = بحسب ما وصل حتى { $what } بتوقيت مكة المكرمة
families-counted = أسرة محتسبة
families-verified = متحقق منها
families-provisional = مبدئية
families-fresh = حُدثت خلال 12 شهرا
unknown = ما لم يُعرف بعد
unknown-lead = قد تتغير الأعداد بعد البت في الآتي:
unknown-held = تغييرات موقوفة
unknown-waiting = تغييرات بانتظار ما يسبقها
unknown-refused = تغييرات مرفوضة
unknown-conflicts = تعارضات مفتوحة
unknown-duplicates = أزواج يشتبه في تكرارها
unknown-silent = أجهزة صامتة منذ سبعة أيام
by-governorate = المحافظة
by-sector = القطاع
by-activity = النشاط الرئيس
by-status = حالة الأسرة
by-standing = الاحتساب
by-need = احتياج مفتوح
by-service = خدمة تلقتها
standing-counted = المحتسبة كلها
standing-verified = المتحقق منها
standing-provisional = المبدئية
standing-uncounted = غير المحتسبة
share = المقدار
licences = تراخيص تنتهي
by-licence = انتهاء ترخيص
licence-over = أسر انتهى ترخيص لها
licence-30 = تنتهي خلال 30 يوما
licence-60 = تنتهي من 31 إلى 60 يوما
licence-90 = تنتهي من 61 إلى 90 يوما
export = نزّل القائمة
map = الخريطة
needs = الاحتياجات والخدمات
needs-open = أسر لها احتياج مفتوح
services-given = أسر تلقت خدمة
category = الفئة
families-head = الأسر
trend = أسر سُجلت في كل أسبوع
week-of = أسبوع يبدأ في
trend-table = الأعداد بحسب الأسبوع
families-title = الأسر
name-en = الاسم بالإنجليزية
by-centre = المركز
by-district = الحي أو القرية
name = الاسم
file-no = رقم الملف
place = المكان
status = الحالة
changed = آخر تغيير
nothing-found = لا توجد أسرة بهذه الأوصاف. خفف التصفية أو جرب كلمة أخرى.
page-before = السابقة
page-after = التالية
pages = الصفحات
page-of = الصفحة { $n }
of-pages = من { $n }
kind-family = الأسرة
kind-household = أهل البيت
kind-product = منتج
kind-visit = زيارة
group-licence = التراخيص
group-consent = الموافقات
group-member = الأفراد
group-income = الدخل
group-need = الاحتياجات
group-service = الخدمات
group-photo = الصور
masked = محجوب
story = القصة
story-of = قصة: { $what }
story-of-record = قصة السجل
story-lead = كل قيمة كُتبت، ومتى وصلت، ومن كتبها، وما حلت محله. الأحدث أولا.
story-replaced = حلت محل
story-open = القيمة القائمة
to-family = صفحة الأسرة
conflict = تعارض
reveal-title = إظهار القيم الحساسة
reveal-lead = تُحفظ في سجل التدقيق مع السبب الذي تكتبه.
reveal = أظهرها
reason = السبب
reason-wrong = اكتب السبب في سطر واحد، من حرف إلى 300 حرف.
revealed = تظهر القيم الحساسة الآن، وسُجل ذلك.
verify = تحقق من الأسرة
verify-lead = تُحتسب الأسرة بعدها متحققا منها، ويصل ذلك إلى الأجهزة.
sealed = قيم مختومة
sealed-lead = لا تظهر هنا إلا أواخرها.
review-title = تعارضات تنتظر قرارا
review-lead = كتب اثنان قيمتين مختلفتين دون أن يعلم أحدهما بالآخر. اختر قيمة، أو افتح القصة لتكتب غيرها. يصل القرار إلى الأجهزة.
review-none = لا شيء ينتظر. كل ما كُتب متفق عليه.
choose = اعتمد هذه
review-masked = افتح القصة لإظهار القيم والاختيار
shown-now = المعروضة الآن
resolve-title = ماذا يحمل هذا الحقل؟
resolve-lead = تحل القيمة محل القيم القائمة أدناه، ويمكنك العودة عنها من هذه الصفحة.
resolve-value = قيمة أخرى
resolve = احفظ القيمة
resolve-again = اعتمد هذه القيمة
resolve-outdated = سبقك غيرك إلى القرار. انظر إلى القيم مرة أخرى.
resolve-same = الحقل يحمل هذه القيمة من قبل.
resolve-not-allowed = هذا الحقل لا يُكتب من هنا.
value-empty = اكتب قيمة.
held-title = عمل لم تقبله القواعد
held-lead = لا يضيع شيء: ما لم يُقبل محفوظ بسببه حتى يبت فيه شخص.
held-none = لا شيء في هذه الحالة.
held-one-title = تغيير موقوف
held-gone = لم يعد موقوفا؛ ربما بُت فيه من قبل.
held-left = لم يمكن تنفيذ القرار وبقي موقوفا:
held-release = اعتماد: يدخل كما كتبه صاحبه
held-adopt = تبنٍّ: يكتب المركز القيم بنفسه
held-reject = رفض: يبقى خارجا ويصل السبب إلى صاحبه
held-decision = القرار
held-decide = نفذ القرار
held-reason-hint = يلزم للرفض فقط، ويقرؤه صاحب التغيير.
held-would = تكتب
held-now = في السجل الآن
held-unread = لا يمكن قراءة محتواه.
field = الحقل
why = السبب
who = من
when = متى
fields = الحقول
state-held = موقوف
state-waiting = بانتظار
state-refused = مرفوض
devices-title = أجهزة الميدان
devices-lead = متى سُمع من كل جهاز، وما له من عمل ينتظر.
devices-all = كل الأجهزة
devices-silent = الصامتة فقط
device-seen = آخر اتصال
device-areas = المناطق
device-silent = صامت
device-revoked = ملغى
device-works = يعمل
revoke = ألغِ الجهاز
revoke-sure = يخرج الجهاز فورا. ما لم يرسله يصل إلى الموقوف.
revoke-confirm = نعم، ألغِه
said-verified = تم التحقق من الأسرة.
said-resolved = حُفظت القيمة وستصل إلى الأجهزة.
said-merged = صارت الأسرتان أسرة واحدة، وستعلم الأجهزة بذلك.
said-unmerged = عادت الأسرتان كما كانتا.
said-apart = سُجل أنهما أسرتان.
said-released = دخل التغيير في السجل.
said-adopted = كتب المركز القيم.
said-rejected = رُفض التغيير وسيقرأ صاحبه السبب.
said-revoked = أُلغي الجهاز.
duplicates-title = أسر قد تكون مكررة
duplicates-lead = لا تُدمج أسرتان من تلقاء نفسهما أبدا: قارن بينهما ثم قرر. تظهر هنا الأزواج التي تقع أسرتاها في مناطقك.
duplicates-none = لا شيء ينتظر قرارك.
duplicates-behind =
    { $n ->
        [zero] قورن كل ما وصل.
        [one] وصل شيء واحد لم يقارن بعد.
        [two] وصل شيئان لم يقارنا بعد.
        [few] وصلت { $n } أشياء لم تقارن بعد.
       *[other] وصل { $n } شيئا لم يقارن بعد.
    }
pairs-n =
    { $n ->
        [zero] لا أزواج
        [one] زوج واحد
        [two] زوجان
        [few] { $n } أزواج
       *[other] { $n } زوجا
    }
pair-found = اكتُشف
duplicate-certain = مؤكد
duplicate-likely = مرجح
duplicate-possible = محتمل
alike-id = رقم هوية واحد فيهما
alike-mobile = رقم جوال واحد
alike-person = شخص متشابه الاسم
alike-people = أكثر من شخص متشابه الاسم
alike-birth = تاريخ ميلاد واحد
alike-trade = اسم تجاري واحد
alike-district = حي واحد
alike-centre = مركز واحد
alike-governorate = محافظة واحدة
compare = قارن بينهما
differs = مختلف
merge-title = هل هما أسرة واحدة؟
merge-remains = التي تبقى
merge-lead = تبقى الأسرة التي اخترتها بالقيم المختارة في الجدول، وتصير الأخرى اسما ثانيا لها: تتبعها منتجاتها وزياراتها وأفرادها، وكل ما يكتب فيها لاحقا. لا يحذف شيء، ويمكن التراجع عن الدمج.
merge = ادمج الأسرتين
merge-people = أهل البيت
merge-people-of = أهل بيت { $what }
merge-no-people = لم يسجل لها أفراد.
merge-merged = إحداهما مدموجة في أسرة أخرى. تراجع عن ذلك أولا، أو ادمج مع الأسرة الباقية.
merge-has-others = أسر أخرى مدموجة في الأسرة التي لن تبقى. اجعلها هي الباقية، أو تراجع عن تلك أولا.
apart-title = أو هما أسرتان
apart-lead = لن يظهر الزوج هنا بعد ذلك ما لم يظهر سبب جديد.
apart = هما أسرتان
is-merged = هذه الأسرة مكررة: دُمجت في أسرة أخرى ولا تحتسب.
to-survivor = إلى الأسرة الباقية
unmerge = تراجع عن الدمج
unmerge-lead = تعود الأسرتان كما كانتا قبل الدمج، ويبقى ما كتبه الناس بعده.
unmerge-confirm = نعم، تراجع عنه
has-merged = دُمجت فيها
from-merged = من أسرة مدموجة
refused-title = تعذر عرض الصفحة
refused-back = إلى النظرة العامة
refused-request = رقم الطلب، لمن تسأله عن ذلك: { $what }
reason-deps_missing = لم يصل تغيير سابق له بعد
reason-family_missing = لم يصل سجل الأسرة بعد
reason-record_missing = لم يصل السجل بعد
reason-out_of_scope = السجل خارج مناطق صاحب التغيير
reason-field_not_allowed = لا يحق لصاحبه كتابة هذا الحقل
reason-field_unknown = الحقل غير معروف
reason-value_wrong_type = نوع القيمة غير مناسب للحقل
reason-value_invalid = القيمة لا تناسب الحقل
reason-record_too_large = امتلأ السجل
reason-after_held = يتبع تغييرا موقوفا
reason-relayed = نقله جهاز آخر بعد استعادة نسخة، وينتظر صاحبه
reason-kind_unknown = نوع السجل غير معروف
reason-record_mismatch = السجل موجود لأسرة أخرى أو بنوع آخر
reason-field_written_once = الحقل يُكتب مرة واحدة
reason-not_storable = لم تستطع القاعدة حفظه
reason-install_revoked = الجهاز ملغى
reason-sealing_key_unknown = خُتم بمفتاح لا يعرفه الخادم
reason-change_malformed = محتواه غير مقروء
reason-change_too_large = أكبر من الحد
reason-foreign_actor = كتبه جهاز آخر
reason-forked = الجهاز منسوخ أو مستعاد
reason-seq_out_of_order = ترتيبه غير صحيح
reason-counter_out_of_order = عداده غير صحيح
reason-predecessor_unknown = يحل محل قيمة غير معروفة
reason-seal_broken = ختمه غير سليم
reason-rejected = رفضه المركز
reason-adopted = تبنى المركز قيمه
reason-erased = محيت الأسرة
reason-unknown = سبب من خادم أحدث

# التراخيص والاحتياجات.
room-licences = التراخيص
room-needs = الاحتياجات
by-provider = خدمتها جهة
by-holds = لديها ترخيص
by-gap = ينقصها ترخيص
choose-one = اختر
agency = الجهة
agency-none = بلا جهة
agency-wrong = اختر جهة من القائمة.
licences-title = التراخيص
licences-lead = تراخيص الأسر المحتسبة. كل عدد يفتح التراخيص التي يعدّها.
licences-n =
    { $n ->
        [zero] لا تراخيص
        [one] ترخيص واحد
        [two] ترخيصان
        [few] { $n } تراخيص
       *[other] { $n } ترخيصا
    }
licences-none = لا يوجد ترخيص بهذه الأوصاف. خفف التصفية.
licence-type = النوع
licence-issuer = جهة الإصدار
licence-number = الرقم
licence-issued = تاريخ الإصدار
licence-expires = تاريخ الانتهاء
licence-state = الحالة
licence-end = الانتهاء
licence-ended = انتهى
licence-undecided = لم يُبت فيه بعد
licence-open = قرر
licence-open-of = قرر في ترخيص { $what }
licence-decide-title = القرار في هذا الترخيص
licence-decide-lead = اكتب ما قررته الجهة. تصل الحالة إلى الأجهزة، ويبقى السبب هنا، ويُدوّن في سجل التدقيق من قرر وعن أي جهة.
licence-decide = احفظ القرار
licence-agency = الجهة التي قررت
licence-history = ما تقرر فيه
licence-history-none = لم يُتخذ فيه قرار بعد.
licence-ticked = النقاط المستوفاة
licence-state-wrong = اختر حالة من القائمة.
licence-same = الترخيص على هذه الحالة من قبل. لم يتغير شيء.
licence-outdated = سبقك غيرك إلى القرار. انظر إلى القرارات أدناه ثم قرر من جديد.
licence-full = لا يتسع السجل لتغيير آخر. أخبر مشغل الخادم.
licence-points-open = لا يمكن اعتماد المطبخ ما بقيت هذه النقاط مفتوحة: { $what }. علّم عليها بعد استيفائها، أو اختر حالة أخرى.
kitchen-title = نقاط المطبخ المنزلي
kitchen-lead = علّم على ما ثبت استيفاؤه. لا يصبح التصريح ساريا إلا باستيفائها كلها.
required-title = التراخيص التي يتطلبها النشاط
required-lead = الأسر المحتسبة بحسب نشاطها الرئيس. يُعد الترخيص قائما ما لم ينته أو يُرفض أو يُوقف، وكذلك ما لم يُبت فيه بعد.
required-licence = الترخيص المطلوب
required-holds = لديها
required-lacks = ينقصها
required-none = لا توجد هنا أسرة يتطلب نشاطها ترخيصا من القائمة.
needs-title = الاحتياجات
needs-lead = احتياجات الأسر المحتسبة. كل عدد يفتح الاحتياجات التي يعدّها. اطلاعك عليها يُدوّن في سجل التدقيق.
needs-n =
    { $n ->
        [zero] لا احتياجات
        [one] احتياج واحد
        [two] احتياجان
        [few] { $n } احتياجات
       *[other] { $n } احتياجا
    }
needs-none = لا يوجد احتياج بهذه الأوصاف. خفف التصفية.
needs-by-category = الاحتياجات المفتوحة بحسب الفئة والمحافظة
needs-by-agency = بحسب الجهة
needs-assigned = مفتوحة مسندة إليها
needs-served = احتياجات خدمتها
families-served = أسر خدمتها
needs-days = الوسيط بالأيام
needs-days-of = من كم احتياج
needs-times = كم تستغرق تلبية الاحتياج
needs-times-lead = من يوم علم المركز بالاحتياج إلى أول خدمة له، أو إلى يوم تسجيل تلبيته. وفي الجدول السابق تُحسب للاحتياجات المسندة إلى الجهة.
needs-list = قائمة الاحتياجات
need-priority = الأولوية
need-agency = مسند إلى
need-served-by = خدمته جهة
need-stage = المرحلة
need-stage-open = مفتوح
need-stage-met = لُبّي أو خُدم
need-open = أسند
need-open-of = أسند احتياج { $what }
need-title = احتياج
need-assign-title = إسناده إلى جهة
need-assign-lead = تصل إلى الأجهزة التي ترى أهل البيت: أجهزة الميدان وجهاز الأسرة. ولا ترى الجهات الشريكة أهل البيت.
need-assign = احفظ
need-same = الاحتياج مسند هكذا من قبل. لم يتغير شيء.
said-licence = حُفظ القرار وستصل الحالة إلى الأجهزة.
said-assigned = حُفظت الجهة وستصل إلى الأجهزة.
# الميدان
room-fieldwork = الميدان
fieldwork-title = العمل الميداني
fieldwork-lead = الأسر التي زيرت في آخر اثني عشر شهرا: كل أسرة قابلتها زيارة مكتملة أو جزئية. كل رقم يفتح أسره.
fieldwork-doors = المزيد من العمل الميداني
fieldwork-all = كل المناطق
fieldwork-cover = التغطية
fieldwork-places = بحسب المنطقة
fieldwork-area = المنطقة
fieldwork-itself = { $what }، خارج مراكزها
fieldwork-blocks = بحسب البلوك
fieldwork-block = البلوك
fieldwork-people = الباحثون والمشرفون
fieldwork-people-lead = الأجهزة المسجلة بالاسم والدور نفسيهما لشخص واحد. الزيارات هي زيارات آخر ثلاثين يوما.
fieldwork-nobody = لا يعمل أحد هنا بعد.
cover-visited = زيرت
cover-missed = لم تُزر
cover-last = آخر زيارة
by-visited = الزيارة في آخر 12 شهرا
visited-yes = زيرت
visited-no = لم تُزر
by-surveyor = أسر باحث واحد فقط
person-families = أسر مكلف بزيارتها
person-visits = الزيارات
visits-title = الزيارات
visits-lead = متى حضر الباحثون وما نتيجة كل زيارة، لآخر ثلاثين يوما ما لم تختر غيرها. المواقع الدقيقة مختومة ولا تعرض في أي صفحة.
visits-n =
    { $n ->
        [zero] لا زيارات
        [one] زيارة واحدة
        [two] زيارتان
        [few] { $n } زيارات
       *[other] { $n } زيارة
    }
visits-by = الباحث
visits-from = من
visits-until = إلى
visits-days = بحسب اليوم والنتيجة
visits-day = اليوم
visits-each = كل زيارة
visits-none = لا توجد زيارة كهذه. اختر أياما أخرى أو خفف التصفية.
visit-type = النوع
visit-outcome = النتيجة
visit-minutes = الدقائق
visit-next = الزيارة القادمة
device-owner = صاحب الجهاز
device-synced = آخر مزامنة ناجحة
device-unsent = لم يرسل بعد كما أبلغ آخر مرة
device-version = الإصدار
device-schema = المخطط { $n }
device-assign = مكان العمل
device-assign-do = غيّر المناطق
enrol-title = تسجيل جهاز
enrol-lead = ينشئ رمزا يسجل جهازا واحدا مرة واحدة خلال عشر دقائق. اعرضه على من بجانبك أو اقرأه عليه.
enrol-family = جهاز الأسرة
enrol-this-family = سجل جهاز هذه الأسرة
enrol-name = لمن الجهاز؟
enrol-role = ما عمله؟
enrol-make = أنشئ الرمز
enrol-fault-name = اكتب اسم صاحب الجهاز في سطر واحد لا يزيد على 80 حرفا.
enrol-fault-role = اختر عمل صاحب الجهاز.
enrol-fault-area = اختر مكان العمل: منطقة واحدة على الأقل من هذه المناطق.
enrol-fault-address = لا يعرف الخادم عنوانه بعد. اطلب من مشغله تشغيله مرة.
areas-hint = كل منطقة تشمل ما تحتها.
area-whole = { $what } كلها
enrolled-title = الرمز جاهز
enrolled-lead = يصلح لجهاز واحد حتى { $what } بتوقيت مكة. يعرض هذه المرة فقط، فإن ضاع فأنشئ غيره.
enrolled-picture = صورة الرمز لكاميرا الجهاز الذي يسجل
enrolled-code = الرمز
enrolled-link = الرمز رابطا
enrolled-until = صالح حتى
enrolled-next = جهاز آخر
reassign-title = مكان عمل الجهاز
reassign-lead = ابتداء من مزامنته القادمة يصل إلى الجهاز ما في المناطق المختارة، ويخرج منه ما ليس فيها. وما لم يرسل يرسل أولا.
reassign-later = مخطط لوقت لاحق: { $what }
reassign-none = اختر منطقة واحدة على الأقل. أما الجهاز الذي لن يعمل في أي مكان فيلغى.
reassign = كلف الجهاز بها
plan-title = العمل الميداني للأسرة
assign-title = من يزورها
assign-lead = يصل ذلك إلى الأجهزة في مزامنتها القادمة.
assign-to = الباحث
assign-nobody = لا أحد بعد
assign-other = شخص لم يعد يعمل هنا
assign = احفظ
assign-fault-surveyor = اختر من يعمل حيث تسكن الأسرة.
assign-fault-block = اكتب البلوك في سطر واحد لا يزيد على 64 حرفا.
move-title = النقل إلى منطقة أخرى
move-lead = تخرج الأسرة من أجهزة منطقتها وتصل إلى أجهزة المنطقة الجديدة في مزامنتها القادمة. أما المحافظة والمركز في سجلها فيبقيان كما هما، وتصحيحهما من صفحة الأسرة.
move-to = المنطقة الجديدة
move = انقل الأسرة
move-fault-area = اختر منطقة غير التي تسكنها الأسرة.
said-reassigned = يعمل الجهاز هناك ابتداء من مزامنته القادمة.
said-moved = نقلت الأسرة.
said-planned = حفظ ذلك ويصل إلى الأجهزة.
# القوائم المنزّلة.
take-out-title = القائمة في ملف
take-out-lead = في الملف الأسر التي تعرضها هذه القائمة بعينها، بكل صفحاتها وبهذا الترتيب. يُعدّ في الخلفية ويُحفظ ساعة واحدة.
take-out-form = نوع الملف
take-out-xlsx = مصنف Excel (XLSX)
take-out-csv = نص مفصول بفواصل (CSV)
take-out-geojson = نقاط على الخريطة عند وسط كل محافظة (GeoJSON)
take-out-parquet = أعمدة محددة الأنواع للتحليل (Parquet)
take-out-personal = مع الأعمدة الشخصية: رقم الجوال والعنوان
take-out-reason = السبب، للأعمدة الشخصية؛ يحفظه سجل التدقيق مع اسمك
take-out-begin = أعدّ الملف
take-out-form-wrong = اختر نوعا من أنواع الملفات.
take-out-busy = ما زالت قائمتان لك قيد الإعداد. أعدّ غيرهما حين تجهز إحداهما:
take-out-nth =
    { $n ->
       *[other] القائمة { $n }
    }
take-out-crowded = عدة قوائم لآخرين قيد الإعداد الآن. حاول ثانية بعد دقيقة.
take-out-asked = وقت الطلب
take-out-running = الملف قيد الإعداد. تُحدَّث هذه الصفحة تلقائيا كل ثانيتين.
take-out-progress = الأسر المقروءة
take-out-counting = يجري عدّ الأسر.
take-out-ready = الملف جاهز، ويُحفظ حتى { $what }.
take-out-has-personal = فيه أعمدة شخصية. احفظه حيث لا يفتحه إلا من يحتاج إليه، واحذفه متى أدى غرضه.
take-out-file = نزّل الملف
take-out-expired = حُفظ الملف حتى { $what } ثم أزيل. عد إلى القائمة وأعدّه من جديد.
take-out-failed = تعذّر إعداد الملف. عد إلى القائمة وأعدّه من جديد، وإن تعذّر ثانية فأخبر من يشغّل الخادم.
take-out-lost = توقف الخادم وهو يعدّ الملف. عد إلى القائمة وأعدّه من جديد.
take-out-back = إلى القائمة
take-out-created = تاريخ التسجيل
take-out-products = المنتجات
take-out-needs = الاحتياجات المفتوحة

# الورقة المعدّة للطباعة.
sheet-link = ورقة للطباعة
sheet-title = الأسر: ورقة للطباعة
sheet-hint = اطبعها من متصفحك على ورق A4، أو احفظها بصيغة PDF.
sheet-narrowed = مقصورة على
sheet-everything = جميع أسر مناطق هذا الحساب
sheet-total = المجموع
sheet-largest =
    { $n ->
        [one] النشاط الرئيس: الأكثر شيوعا
        [two] النشاط الرئيس: الأكثران شيوعا
        [few] النشاط الرئيس: أكثر { $n } أنشطة شيوعا
       *[other] النشاط الرئيس: أكثر { $n } نشاطا شيوعا
    }

# القوائم المُدخلة.
bring-in-title = أدخل قائمة
bring-in-lead = قائمة أسر من غرفة تجارية أو جمعية. ترى أولا كيف تُقرأ، ولا يُكتب شيء قبل أن تؤكدها. تكون أسرها مبدئية حتى يُتحقق منها.
bring-in-source = مصدر القائمة
bring-in-source-hint = اسمه الثابت، مثل «غرفة جدة». اكتبه كما هو في المرة القادمة، فتُعرف الصفوف نفسها ولا يُكتب إلا ما تغير.
bring-in-source-wrong = اكتب مصدر القائمة في سطر واحد، من حرف إلى 60 حرفا.
bring-in-file = القائمة
bring-in-file-hint = ملف CSV بترميز UTF-8، أو الورقة الأولى من مصنف Excel (XLSX)، وصفها الأول أسماء الأعمدة. أقصاها 4 ميغابايت و20,000 صف.
bring-in-form-wrong = الملف ليس CSV بترميز UTF-8 ولا مصنف Excel. احفظه بأحدهما وأرسله من جديد.
bring-in-empty = لا صفوف في القائمة تحت أسماء أعمدتها. اختر ملفا آخر.
bring-in-too-large = القائمة أكبر من الحد، وهو 20,000 صف و60 عمودا. قسّمها وأدخل أجزاءها بالاسم نفسه.
bring-in-look = اعرضها
bring-in-look-lead = هكذا تُقرأ القائمة. لم يُكتب شيء بعد، وتُنسى بعد ساعة.
bring-in-columns = معنى كل عمود
bring-in-nothing = لا يؤخذ
bring-in-key = معرّف الصف
bring-in-columns-wrong = حدد معنى كل عمود مرة واحدة. يلزم معرّف ثابت للصف (رقم العضوية أو الشهادة)، والاسم التجاري، والمحافظة أو المركز.
bring-in-look-again = اعرضها من جديد
bring-in-families =
    { $n ->
        [zero] لا تؤخذ أي أسرة.
        [one] تؤخذ أسرة واحدة.
        [two] تؤخذ أسرتان.
        [few] تؤخذ { $n } أسر.
       *[other] تؤخذ { $n } أسرة.
    }
bring-in-rows-rejected =
    { $n ->
        [zero] لا يُترك أي صف.
        [one] يُترك صف واحد.
        [two] يُترك صفان.
        [few] تُترك { $n } صفوف.
        [many] يُترك { $n } صفا.
       *[other] يُترك { $n } صف.
    }
bring-in-confirm = أدخل هذه الأسر
bring-in-first = أولى الأسر كما تُقرأ
bring-in-left-n =
    { $n ->
        [zero] لا شيء للتصحيح
        [one] أمر واحد للتصحيح
        [two] أمران للتصحيح
        [few] { $n } أمور للتصحيح
        [many] { $n } أمرا للتصحيح
       *[other] { $n } أمر للتصحيح
    }
bring-in-line = الصف
bring-in-column = العمود
bring-in-value = القيمة
bring-in-left-out = المتروك
bring-in-left-row = الصف كله
bring-in-left-value = القيمة وحدها
bring-in-why = السبب
bring-in-key-missing = لا معرّف لهذا الصف.
bring-in-key-too-long = أقصى طول للمعرّف 120 حرفا.
bring-in-key-repeated = المعرّف نفسه في صف سابق؛ أُخذ الأول.
bring-in-key-national-id = المعرّف رقم هوية وطنية، ولا يُحفظ في أي سجل. اختر عمودا آخر معرّفا.
bring-in-needed = هذه القيمة لازمة للتسجيل وهي فارغة.
bring-in-centre-elsewhere = هذا المركز ليس في محافظة الصف.
bring-in-area-unknown = لا منطقة لهذا المكان.
bring-in-out-of-scope = هذا المكان خارج مناطق حسابك.
bring-in-busy = قائمة أخرى قيد الإدخال. أكّد قائمتك حين تنتهي.
bring-in-over = أُكّدت هذه القائمة من قبل أو أزيلت.
bring-in-came = أُرسلت { $what }
bring-in-running = تُكتب الأسر الآن. تُحدَّث هذه الصفحة تلقائيا كل ثانيتين.
bring-in-progress = الصفوف المنجزة
bring-in-done = أُدخلت القائمة.
bring-in-gone = لم يؤكد أحد هذه القائمة خلال ساعة فنُسيت. أرسلها من جديد.
bring-in-failed = لم تُدخل القائمة كلها. أرسلها من جديد، فما كُتب لا يُكتب مرتين. وإن تعذّر ثانية فأخبر من يشغّل الخادم.
bring-in-lost = توقف الخادم وهو يكتب الأسر. أرسل القائمة من جديد، فما كُتب لا يُكتب مرتين.
bring-in-new = أسر جديدة
bring-in-updated = محدّثة
bring-in-same = بلا تغيير
bring-in-rejected = صفوف متروكة
bring-in-rejects = نزّل المتروك
bring-in-rejects-lead = الصف والعمود والقيمة والسبب (CSV)، لساعة واحدة. صحّح القائمة وأدخلها من جديد بالاسم نفسه.
bring-in-another = أدخل قائمة أخرى
publish = انشر هذا العدد
publish-lead = يُحفظ العدد وأجزاؤه والأسر التي احتُسبت فيه كما هي الآن، مقرونة باسمك، ولا رجوع في ذلك.
said-published = نُشر العدد.
said-moved-on = لم يُنشر شيء، فقد تغير العدد في هذه الأثناء. انظر إليه من جديد.
counts-title = الأعداد المنشورة
counts-lead = كل عدد هنا محفوظ مع الأسر التي احتُسبت فيه، فيمكن حسابه من جديد والدفاع عنه.
counts-n =
    { $n ->
        [zero] لا أعداد منشورة
        [one] عدد منشور واحد
        [two] عددان منشوران
        [few] { $n } أعداد منشورة
       *[other] { $n } عددا منشورا
    }
count-title = عدد منشور
count-at = حُسب ونُشر في
count-areas = المناطق
count-version = إصدار الاستعلام
count-older = يُحسب الآن بإصدار آخر
count-hash = بصمة صفوفه (SHA-256)
count-hash-now = البصمة كما تخرج الآن
count-same = حُسب الآن من جديد من تاريخ سجلات أسره: الأسر نفسها، على حالها نفسها، والبصمة نفسها.
count-but-erased = حُسب الآن من جديد من تاريخ سجلات أسره: ما بقي منها يخرج كما احتُسب. واختلفت البصمة لأن أسرا منها محيت.
count-erased =
    { $n ->
        [zero] لم تُمح أي أسرة منه منذ نشره.
        [one] مُحيت منه أسرة واحدة منذ نشره.
        [two] مُحيت منه أسرتان منذ نشره.
        [few] مُحيت منه { $n } أسر منذ نشره.
       *[other] مُحيت منه { $n } أسرة منذ نشره.
    }
count-different = حُسب الآن من جديد فلم يخرج كما نُشر. أطلع القائمين على الخادم على هذه الصفحة.
count-differing = أسر تخرج على غير ما احتُسبت
count-unknown = ما لم يكن معروفا حين حُسب
count-families-title = أسر عدد منشور
count-families-lead = كما كانت حين احتُسبت. لا تظهر هنا الأسر التي مُحيت بعد ذلك، ولا التي تقيم الآن خارج مناطقك.
past-day = كما كانت في نهاية يوم
past-title = كم أسرة كانت لدينا؟
past-lead = هذه أسر مناطقك اليوم كما عرفها المركز آنذاك، بحسب ما كان قد وصله. وما مُحي لا ماضي له. وتُرك هنا ما لا يمكن معرفته عن يوم مضى: الاحتياجات والخدمات والتراخيص والأجهزة الصامتة وما كان ينتظر.
past-left-out = تُرك لأنه لا يصح مع يوم مضى: { $what }
past-families-title = الأسر كما كانت
room-verification = التحقق
columns = الأعمدة
columns-lead = الاسم ظاهر دائما. وإن لم تختر شيئا ظهرت الأعمدة المعتادة.
column-verified-on = تاريخ التحقق
column-registered-on = تاريخ التسجيل
column-conflicts = التعارضات المفتوحة
verification-title = أسر تنتظر التحقق
verification-lead = كلها محتسبة احتسابا مبدئيا، والأطول انتظارا أولا. يمكن التحقق من أسرة وإن كان فيها تعارض أو كانت في زوج مشتبه به، ويبقى ذلك بعد التحقق لمن يفصل فيه.
verification-none = لا تنتظر التحقق أي أسرة.
verification-registered = سُجلت
verification-products = المنتجات
verification-pair = ربما هي نفسها: { $what }
verification-link = أسر تنتظر التحقق، الأطول انتظارا أولا
review-of-family = هذه تعارضات أسرة واحدة فقط.
review-all = كل التعارضات
