"""Which English words stand for which idea. A ``*`` ends a beginning, ``_`` joins the words of a phrase."""

IDEAS = {
    "mend": (
        "fix* repair* solve* resolv* correct mend* patch* unbreak* sort sorted take_care_of taken_care deal_with "
        "look_into put_right right_again get_rid_of stop* prevent* plug* harden* eliminat* kill* close* handle* "
        "address* restor* recover* bring back bring_down working_again work_again get_it_going going_again "
        "put_it_right cure* do_something_about make_it_work get_it_working reproduce* debug* clamp* hotfix* "
        "remedy* rid under_control end_to_this has_to_end go_away back_to_normal unblock* help"
    ),
    "again": ("again back properly for_good as_before once_more no_longer any_more anymore"),
    "trouble": (
        "crash* fail* broke* break* bug* error* exception* panic* hang* hung freez* froz* stuck leak* corrupt* "
        "wrong* incorrect* lost lose* losing vanish* disappear* gone duplicat* twice flicker* overlap* garbl* "
        "stale drift* black blank nan deadlock* race flaky red timeout* reset* drop* jump* late* slow* forever "
        "random* overshoot* restart* drain* regression* segfault* fault* defect* glitch* stutter* jitter* lag* "
        "trap* loop* endless* infinite* miss* swallow* ignor* refus* reject* deni* 401 403 404 500 502 503 denied "
        "unreachable undefined unexpected* invalid double* upside truncat* cut overflow* underflow* misbehav* "
        "problem* issue* trouble* negative unable unresponsive dead dies died abort* itself clip* distort* "
        "off-by-one blurr* wobbl* starv* loud outage* down incident* flash* misalign* scrambl* unreadable "
        "invisible hidden leav* stall* collapse* explod* oom evict* expir* mismatch* inconsisten* disagree* "
        "differ* inaccura* accelerat* overlapping wrongly ouch unhappy killed climbs zero hard_faults "
        "stops_halfway early answered_its own_messages hiccup* behind_the gap gaps overlapped unsorted"
    ),
    "against": (
        "although though but instead even if even_though nothing_happens nothing no_longer any_more doesn't "
        "does_not won't can't cannot isn't not still never should_not shouldn't supposed expected actually "
        "suddenly for_some_reason without yet but_it_does nobody"
    ),
    "occasion": (
        "when whenever every_time each_time if after since once sometimes from_time_to_time at_random as_soon_as "
        "on_ios on_android on_windows on_safari on_firefox on_chrome on_mac on_linux under_load in_production "
        "yesterday overnight last_night this_morning upgrad* updat* deploy*"
    ),
    "make": (
        "add* creat* build* implement* introduc* provid* generat* integrat* support* hook set_up give* let lets "
        "allow* enabl* expos* stor* send* show* include* teach* extend* write* make develop* throw wire* ship* "
        "offer* publish* dockeri* display* stream* accept* remember* log every feat embed* connect* schedul* "
        "hide* render* automate* deliver* notify* print* put"
    ),
    "ability": (
        "be_able_to able_to option* feature* button* way endpoint* command* flag page screen* mode* script* tool* "
        "functionalit* ability capabilit* possibility dashboard* widget* filter* shortcut* notification* export* "
        "import* integration plugin* subcommand* wizard* dialog* form layer* counter* leaderboard* api hotkey* "
        "toggle* field* search column* chart* report* bot reminder* login sso avatar* theme* locale* language* "
        "chart job cron webhook* regex query function program* app version workflow* editor* player* preview* "
        "picker* calendar banner* popup* indicator*"
    ),
    "lack": (
        "no_way there_is_no there's_no there_are_no have_no has_no lack* missing only not yet so_far "
        "at_the_moment right_now still_no by_hand manually every* hand nobody_can can't_yet overdue don't_have "
        "doesn't_have cannot_yet without_any hardly_any but_not you_can_only can_only nobody_is_informed we_don't "
        "one_file no_means pity"
    ),
    "wish": (
        "wish* would like i'd_like we'd_like would_love i'd_love we'd_love nice want* need* great if handy "
        "awesome useful appreciate* helpful would_help should_be_able could_we can_we how_about what_if would_be "
        "lovely miss beg* keep asking ask* let's any_chance wish_list it'd_save would_save let's_just could_use "
        "should_also ought"
    ),
    "people": (
        "users user customers customer people players guests clients teachers editors admins admin visitors "
        "support staff subscribers as_a competitors community"
    ),
    "testing": (
        "test* spec specs coverage cover covered covering untested regression e2e integration assert* fixture* "
        "pytest jest smoke fuzz* golden snapshot* mutation test qa automated check* case_cases exercis* pin_down "
        "pin_the_behaviour safety_net parametri* vitest junit unit_test* property-based end-to-end test_case* "
        "test_suite"
    ),
    "prose": (
        "readme* doc docs document* docstring* comment comments guide* handbook* manual* tutorial* wiki* "
        "changelog* release note* faq* glossary* runbook* man page reference chapter* section* instruction* "
        "explanation* description* cheat sheet example* how-to* howto* jsdoc javadoc contributing* walkthrough* "
        "onboarding documentation blog post article quick start quickstart_overview.md_help_page help_text "
        "paragraph* diagram* screenshot* .md .rst instructions how-to text page_about short_text"
    ),
    "write up": (
        "document* describ* explain* written down write_down writ* mention* translat* annotat* put writing "
        "proofread* draft* rewrite* phrase* clarif* list* illustrate* outdated out_of_date up_to_date dead link* "
        "broken newcomer* reader* audit* nowhere contributor* outsider* nobody_understands cryptic friendlier "
        "polish explained_nowhere doesn't_mention stop_at"
    ),
    "reshape": (
        "refactor* restructur* reorgani* split* extract* untangl* decoupl* dedup* merge* inline* simplif* tidy* "
        "clean* consolidat* unify* unifi* separat* flatten* collaps* modular* break break_it pull* move* move_out "
        "abstract* encapsulat* divide* divid* disentangl* cut chop* rework* smaller composition "
        "replace_inheritance convert* turn* into_its_own own_class own_module own_package in_one_place one_place "
        "adapter visitor strategy dependency injection isolate* independent pure functions cleanup spring-clean* "
        "spring cleaning rearrang* reshape* streamlin* normali* moderni* shared package common_helper one_helper "
        "constants cut_loose base_class common_base pass_what split_the gather stop_passing hard-coded "
        "three_methods sort_out_the_structure in_one"
    ),
    "untidy": (
        "mess* spaghetti* nested* nest* god_class singleton* global* copy-pasted copied pasted_copy_and_paste "
        "duplicat* tangled tangle jungle monster* readab* unreadable hard read hard_to_follow hard_to_understand "
        "easier_to_follow easier_to_read structure* depends everything knows_too_much too_much too_many too_long "
        "grown tech_debt debt legacy ugly dirty magic number* near-identical the_same_thing five_variants "
        "responsibilit* sprinkled scattered woven cyclic* circular cycle* boilerplate convoluted clutter* bloated "
        "same_code similar copies three* helpers if-chain same_if public_fields fields on_everything say_nothing "
        "inside_the_controller directly should_go_through"
    ),
    "same": (
        "same behavio* without changing unchanged_behave_the_same behaves_the_same result* output* same_as_now "
        "same_as_before same_as_it no_behaviour no_behavior functional change* no_visible_change nothing_changes "
        "must_not_change behaviour_stays stay* identical_callers_must_not callers_don't keep_what keep_the "
        "no_change without_altering tests_must_stay still_pass stay_green stays_the_same stay_the_same "
        "still_behave same_function not_to_change"
    ),
    "judge": (
        "review* critici* critique* judge* audit* over looked_over look_at have_a_look take_a_look take_a_peek "
        "peek go_over go_through check* feedback opinion* thoughts second_pair pair_of_eyes four_eyes eyes_on "
        "needs_eyes assess* evaluat* rate* vet* approv* lgtm devil's advocate inspect* verdict objection* "
        "weakness* weak spot* flaw* comment* concern* sanity check double-check* what_is_wrong_with "
        "anything_wrong point_out be_brutal nitpick* roast* grade* scrutini* criticism once-over picky object "
        "object_to impression security_problems have_i does_my comments_welcome over_to_you approve bugs_in "
        "penetration hunt senior"
    ),
    "change": (
        "pr prs pull request* branch* diff* patch* commit* changes my_change this_change the_change my_code "
        "this_code merge_request mr draft my_solution my_implementation my_first_attempt my_fix my_locking "
        "contribution* migration script"
    ),
    "verdict": (
        "right safe sound good bad ok okay correct correctly ready sane fine any idiomatic dumb stupid wrong "
        "missed miss_anything overlook* solid reasonable acceptable can go merge* approve* production-ready "
        "complete convincing secure happy_with holes handled object_to any_bugs"
    ),
    "plan": (
        "architect* schema* design concept* structure* strateg* approach* topology blueprint* roadmap plan plans "
        "proposal* propose* rfc adr spec model modell* model* data trade-offs tradeoffs trade-off pros cons "
        "alternatives recommendation* sketch* outline* lay layout_of think_through think_about think_it_through "
        "work_out come_up_with decision* boundary boundaries threat target_architecture "
        "state_machine_technical_design policy_direction_draw_up specify define brainstorm* conceive* devise* "
        "versioning clean_way data_model where_do_we how_do_we_structure interface_between folder_layout"
    ),
    "choose": (
        "should_we should_i which_would would_you_choose choose* pick* decide* versus vs better recommend* "
        "advise* advice what would how_should how_would_you how_could how_would_we how_do_we where_should "
        "torn_between can't_agree go_for best_way sensible_way weigh settle* unsure undecided haven't decided "
        "make_the_call suggest* either best prefer* should in_the_long_run dilemma_suits_how_to which_pattern "
        "fits which_one_we_should where_do_we where_would_you clean_way good_way wanna unclear how_might "
        "smart_ideas any_ideas"
    ),
    "not yet": (
        "no_code before_we before_anybody before_anyone don't_implement_yet only_the_proposal only_plan not_code "
        "design_only sketch_only only_a_proposal no_code_yet before_coding on_paper first_think not_implement"
    ),
    "edit": (
        "renam* remov* delet* bump* sort* reorder* reformat* format* lint* upgrad* pin drop* strip* capitali* "
        "indent* swap* replace* change* set switch* flip* turn turn_on comment_out uncomment* raise* lower* "
        "increase* reduce* raise zap* nuke* update* correct* call call_the move_the put_the drop_the let_the "
        "go_down single_quotes use_single"
    ),
    "detail": (
        "typo* spelling spelt misspel* spell import imports unused whitespace indent* semicolon* comma* trailing "
        "version* variable* constant* tabs spaces tab newline comment comments console.log print debug debugger "
        "heading title label* footer header copyright year capital lowercase uppercase lower case upper_case line "
        "line* wording colour color port timeout* default prettier gofmt black eslint lint* linter alphabetical* "
        "dependency gitignore .env leftover commented-out dead flag name button says placeholder letter letters "
        "letter* quotes bracket* env tag minor word dash hyphen permission bit log_level one_pixel padding single "
        "title_case singular plural 512mi memory_limit space_after class_name"
    ),
    "value": (
        "from_<n>_to to_<n> <n>_to should_be instead_of rather_than should_read should_say not_<n> says_' to_x "
        "x_to instead_of_x to_false to_true"
    ),
    "asks": (
        "how why where what which who when whose many how_much is_there are_there does_do_anything is_it "
        "are_these what's what_is"
    ),
    "knowing": (
        "know understand* wonder* curious interested mystery clue idea explain* tell walk_me teach_me clarif* "
        "learn* overview purpose meaning mean means difference* differ* reason remember* deal those what_happens "
        "works_work_does background how_come what_triggers i_can't_figure i'd_like_to_know give_me_the_list "
        "summarise_what what_changed"
    ),
    "search": (
        "find* search* investigat* research* analy* compar* list* show trace* estimat* benchmark* measure* "
        "collect* look look_for determin* identify* locat* count* figure report* only report_back spike explor* "
        "survey* inventory gather* summar* which read_up inquire* check check_whether profil* mature list_of "
        "check_if check_which could_you_check"
    ),
    "hands off": (
        "don't_change do_not_change don't_fix do_not_fix don't_need_a_fix no_fix change_nothing no_changes "
        "no_commits don't_touch leave_the only_explain just_explain just_tell only_want_to just_wanna_know "
        "just_curious don't_refactor do_not_refactor don't_improve just_list only_comments just_report "
        "report_only just_describe without_changing_anything read-only will_do don't_implement do_not_implement "
        "no_edits hands_off myself_ourselves_yourself"
    ),
    "all": (
        "whole entire all every everywhere each everything complete completely throughout across full "
        "monorepo_code_base codebase repository repo services packages modules crates files screens pages project "
        "app application product system entire_thing every_single all_of_our every_one_of lot"
    ),
    "migrate": (
        "migrat* port* rewrit* convert* transition* move move_all moved move* translat* adopt* replace* upgrad* "
        "switch* internationali* python 2 typescript rust react vue svelte jquery angular esm bun"
    ),
    "nothing there": (
        "from_scratch from_zero from_nothing brand-new_brand_new new_project empty_repository empty_directory "
        "ground_up from_an_empty bootstrap* front back full-stack_fullstack_complete_clone nothing_exists "
        "end_to_end_product greenfield"
    ),
    "read": (
        "read* digest* go through going_through go_over gone_through take_in study* cover start_to_finish "
        "first_to_last beginning_to_end start_to_end from_beginning condens* summar* full sum_up all_of_it "
        "as_a_whole wade_plough before_answering go_through_the_lot read_it_in_full read_all read_them read_every"
    ),
    "long text": (
        "pages transcript* log logs book* minutes novel* contract* chapters specification handbook filing "
        "archive* export history record* thread* corpus regulation* rfc dump* attached attachment* below gb "
        "conversation* letters deposition* thesis report <n>-page notes spec novel-length source archive judgment "
        "novel"
    ),
    "elsewhere": (
        "dinner lunch breakfast recipe* cook* weather holiday* vacation birthday* poem* haiku* joke* film* movie* "
        "music jazz song* essay* letter capital_of restaurant* hotel* flight* trip travel* weekend italy kyoto "
        "paris tokyo japan rome mother mum mom wife husband cat dog kids train coffee tea beer wine pizza "
        "football match meeting appointment calendar doctor haircut wedding party gift* present history napoleon "
        "novel hamlet spanish french german kilomet* miles fuji mountain sea tired bored sleep exercise diet "
        "podcast landlord story stories astrology horoscope euros currency rate cheese bread garden plants song "
        "guitar chess game night homework math maths biology president country car bike swim* run marathon yoga "
        "shopping clothes shoes headache medicine dentist baby school teacher speech toast limerick proverb movie "
        "series netflix actor painting museum museum* population tall old stars moon planet* sun rain* snow* "
        "fridge universe sky egg eggs ill station baseball barbecue drink puppy blood sugar favourite calories "
        "apple alarm flight_to meeting_room time_in tallest sleep_schedule serendipity"
    ),
    "chat": (
        "hello hi hey thanks thank* cheers great nice work good_job well_done good_morning good_night "
        "goodbye_bye_see_you ok okay yes lol haha cool perfect awesome sure sounds_good how_are_you "
        "how's_it_going happy_new_year merry ping continue go go_ahead never_mind nevermind sorry welcome "
        "congratulations congrats wow omg hmm later tomorrow you're best alright_got_it understood_i_agree "
        "agreed_good_evening who_are_you are_you_there still_there"
    ),
    "report": (
        "steps_to_reproduce expected: actual: expected actual version device environment description reproduce "
        "minimal example happens occurs not occur worked_in since_<n> i_get we_get screenshot_traceback_stack"
    ),
    "mine": (
        "my our i've written i_wrote i_changed i_added i_finished i've_finished i_made here_is_my here's_my "
        "mine_am_i did_i i_did i_got i'm_not_sure"
    ),
}
