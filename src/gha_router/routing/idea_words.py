"""Which words stand for which idea. A ``*`` ends a word that counts however it goes on, ``_`` joins a phrase."""

ENGLISH = {
    "mend": (
        "fix* repair* solve* resolv* correct mend* patch* unbreak* sort sorted take_care_of taken_care deal_with "
        "look_into put_right right_again get_rid_of stop* prevent* plug* harden* eliminat* kill* close* handle* "
        "address* restor* recover* bring back bring_down working_again work_again get_it_going going_again "
        "put_it_right cure* do_something_about make_it_work get_it_working reproduce* debug* clamp* hotfix* "
        "remedy* rid under_control end_to_this has_to_end go_away back_to_normal unblock* help"
    ),
    "again": (
        "again back properly for_good as_before once_more no_longer any_more anymore"
    ),
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
        "one_file"
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
        "fridge"
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
JAPANESE = {
    "mend": (
        "直し 直す 直せ 直る 直り なおし なおす 修正 修理 修復 解決 解消 対処 対応 止めて 止める 止まってほし "
        "防い 防ぐ なくして なくす なんとか どうにか 塞い 塞ぐ 復旧 復元 やめさせ 元に戻 元どおり 正しく 改善 潰し "
        "治し fix 何とか パッチ デバッグ 起きないように しないように ならないように ないように 頼ん 通して "
        "通るように"
    ),
    "again": (
        "また 再び 元 前と同じ 本来 ちゃんと きちんと もう"
    ),
    "trouble": (
        "落ち クラッシュ 壊れ エラー 例外 失敗 固ま フリーズ 止ま 消え 消失 なくな 飛ぶ 飛ん ずれ 化け 真っ白 "
        "真っ黒 二重 重複 重なっ 重なり ちらつ おかし 間違 不具合 バグ 障害 漏れ リーク 遅い 遅く 遅れ 重い 抜け "
        "切れ 途切 戻され 残っ 残り 鳴りっぱなし てしま でしま ちゃう ちゃっ じゃう すり抜け 逆 404 500 "
        "502 403 nan 無反応 反応し 動かな 動きませ 開かな 開きませ 届かな 届きませ 出てこな 出ない "
        "表示されな 効かな 崩れ 破損 異常 暴走 デッドロック 競合 無限ループ タイムアウト パニック 拒否 弾かれ "
        "見つからな 見つかりませ 空になる 空に 固まる 跳ね はみ出 潰れ 途中で 勝手に 負の ガタつ 歪 乱れ 欠け "
        "食い違 一致しな 合わな リセットされ 起動しな ログアウトされ できてしま 使えてしま 失われ 古いまま そのまま "
        "開いたまま 赤い 赤で fail broken crash error bug leak race 誤って 過ぎる "
        "すぎる 行き過ぎ ノイズ 反映され 更新されな 保存されな ハング 終わらな 増え続け 二回 二通 二度 何度も 五回 "
        "なくなって ループ 問題 返ってこな 落とされ 合いませ 合わない 何も起きない 鳴らな 鳴りませ 他人の 間違って "
        "増え 隠して 押し出さ 割り当てられ 末尾に飛 送信できな ??? まで落ち 戻って"
    ),
    "against": (
        "のに はず なぜか 急に 突然 けど まま 無い ない ません 異なる 違う 実際 なんで"
    ),
    "occasion": (
        "とき 時に 場合 すると たびに 以降 してから たら 後に 後、 ときどき 時々 たまに 朝から 昨日 昨夜 先週 "
        "更新 アップデート デプロイ 環境 だと と、 本番 環境で 特定の 毎回"
    ),
    "make": (
        "追加 作成 作って 作る 作り つくっ 実装 導入 用意 入れて 入れた 入れ 付けて 付け つけて つけ 足して 足し "
        "組み込 生成 書いて 出して 表示 送れ 加え 設置 構築 新設 公開 連携 対応し 対応を サポート add "
        "implement 組んで 開発 出せる 出そう 立て 通知し 保存し 設定し 有効に"
    ),
    "ability": (
        "機能 ボタン オプション 画面 できるように できたら できると れるように えるように けるように めるように "
        "せるように べるように るように ページ 一覧 エンドポイント コマンド スクリプト モード 検索 通知 出力 フィルタ "
        "ショートカット ツール ログイン 関数 api ダッシュボード テーマ フォーム 表示 アプリ プログラム メニュー "
        "ウィジェット 設定 bot ボット 連携 アップロード ダウンロード 欄 履歴 ランキング 自動で 自動 言語 タブ "
        "アイコン"
    ),
    "lack": (
        "まだ ないのは ないので なくて 手段がな しかな 未 ありませ がない がなく もない 手で 手作業 手入力 手動 "
        "だけなの しか だけで うちにはない はない 行かない 編集はまだ 選べませ"
    ),
    "wish": (
        "欲し ほし たい 嬉し うれし いいな いいのに 助か 便利 幸い いいと いいです できれば お願い 要望 希望 "
        "もらえ いただけ あると といい よう しよっか しよう 最高 みない 声が 節約になり あればクリック 減るのです "
        "最高なんだ そろそろ 楽しくない やっちゃ よく聞かれ"
    ),
    "people": (
        "ユーザー 利用者 お客 顧客 プレイヤー 管理者 ゲスト 先生 教師 として 声 競合 会員 現場 担当者 上司 視聴者 "
        "来場者"
    ),
    "testing": (
        "テスト カバレッジ e2e 回帰 結合テスト 単体 検証 未テスト アサーション スモーク フィクスチャ 負荷 ファズ "
        "ゴールデン スナップショット 境界値 境界条件 自動テスト テストケース test coverage qa スペック "
        "pytest 確かめ カバー 網羅 再現するテスト テストで"
    ),
    "prose": (
        "ドキュメント readme docstring コメント マニュアル ガイド ハンドブック wiki 変更履歴 "
        "リリースノート 手順 説明 説明書 チュートリアル faq 用語集 資料 早見表 リファレンス 文書 ヘルプ 記事 注釈 "
        "使い方 jsdoc .md 概要 手順書 文章 説明文 用例 コメントを changelog 案内 オンボーディング "
        "解説 やり方 直し方 経緯 書き方 の例 例を 手順を 方法を の章 図を"
    ),
    "write up": (
        "書いて 書いと 書きた 書く 記載 説明 まとめ 追記 翻訳 訳し 英訳 注釈 載せ 残して 文書化 ドキュメント化 "
        "記述 明記 校正 描い 書き直 わかるように 分かるように 更新 最新 古い どこにも リンク切れ 執筆 追って 伝わる "
        "英語を整 整えて 添えて コメント付け コメントを付"
    ),
    "reshape": (
        "リファクタ 分割 分け 切り出 切り離 切り分け 共通化 共通に 整理 統合 統一 一本化 まとめて まとめた "
        "まとめられ 一つに 分離 抽出 移して 移す 簡潔 シンプル 読みやす 綺麗に きれいに 掃除 モジュール化 抽象化 "
        "独立 委譲 寄せ 集め 追い出 浅く 組み替え 整えて ほどい 解消 書き換え 置き換え 作り直 refactor "
        "split extract 再構成 構造 隠し 隠す カプセル 薄く 責務 役割ごと 一箇所 一か所 まともな 片方 "
        "切り離せ 渡す形 基底 経由に 渡し回 名前を意味 分かるものに"
    ),
    "untidy": (
        "ごちゃ 読みにく 散らば 長すぎ 長い 多すぎ 重複 コピペ 複雑 絡ま 絡み ジャングル 見通し 迷子 巨大 行あ "
        "行あり 行もあ 依存だらけ 相互依存 シングルトン グローバル変数 ネスト 循環参照 スパゲッティ マジックナンバー "
        "理解できな 知りすぎ やりすぎ 何でも 負債 レガシー 汚い 膨ら ばらばら 引数が 命名 だらけ 肥大 if文 埋め込 "
        "密結合 泣き 連な 六箇所 五種類 入力検査も もやって も保存も 八割が同じ 直書き"
    ),
    "same": (
        "動作は 動きは 挙動は 挙動を変え 動作を変え 結果を変え 出力は 変えず 変えない 変えないで そのまま 同じまま "
        "今と同じ 振る舞い 外から 見え方 見た目は 変更なし 影響なし 同じで は同じ 緑のまま 機能は足さ 機能の変更 "
        "呼び出し側 通ること"
    ),
    "judge": (
        "レビュー 見て 見てもら 見ていただ 見てほし 確認 チェック 監査 評価 査読 意見 指摘 フィードバック 感想 批評 "
        "批判 コメント 目を通 所見 講評 あら探し ツッコ 点検 見比べ どう思 どうでしょう 判断 承認 もう一人の目 "
        "厳しめ 懸念 弱点 弱い所 悪い点 気になる点 悪いところ 見てくれ ご覧 精査 品質 見直 異論 採点 穴は 穴が "
        "自信がない ざっと見 細かいところまで ベテラン 指摘だけ 印象 妥当 目から見て"
    ),
    "change": (
        "pr プルリク 差分 変更 ブランチ コミット パッチ マージ 私のコード このコード diff 実装を 修正内容 "
        "修正した 書いた 追加した 課題コード 納品 ドラフト 案です 追加したテスト"
    ),
    "verdict": (
        "正しい 正しく 合って 大丈夫 問題な 問題が 問題あ 妥当 安全 平気 まずい やば おかしい 変なとこ 変な所 "
        "良いか いいか 良いです これで 十分 適切 見落とし 出来 良さそう 自信が 足りて 漏れが 出せる状態 lgtm "
        "漏れていませんか 穴は やばいとこ 出していい このまま"
    ),
    "plan": (
        "設計 アーキテクチャ スキーマ 構成 方針 案を 案が 案だけ 案いただ たたき台 提案 構想 計画 戦略 モデル化 "
        "モデルを データモデル 仕組み 体系 体制 仕様を 仕様の 策定 選定 検討 考えて 考え方 長所短所 選択肢 adr "
        "rfc 理由つき 持ち方 トレードオフ ロードマップ どう作る 形が 形を 理由も 境界 助言 定義して 図を描 分け方 "
        "進め方 備え 草案 構造 proposal strategy design 概念 見取り図 リスク きれいなモデル "
        "方式を インターフェース案 うまい設計 持ち方を"
    ),
    "choose": (
        "どちらが どちらに どちらの どっち どう構成 どう設計 どうす べきか べきで べき 迷って 決めて 決めた 決まら "
        "決まって どれに どれが おすすめ お勧め 勧めて ベスト どこに置 良いでしょう いいでしょう いいか いいと思 "
        "いい設計 意見が割れ 未定 固め 固まっ 曖昧 どんな どういう形 どう進め どう備え 比較して決 選びま 選ぶ 向いて "
        "どこに引く パターンが合う 境目 すべきでしょう うまい設計 良い方式 がいいと思いますか どうある どうするの"
    ),
    "not yet": (
        "コードは不要 コードではなく コードはまだ まだ実装しない 実装の前 実装前 着手前 作る前 作り始める前 書く前 "
        "手を付ける前 実装に入る前 案だけ 計画だけ 方針だけ 前に 設計だけ コードは要ら"
    ),
    "edit": (
        "リネーム 改名 名前を 消し 削除 取って 取り除 外して 外す 上げて 上げ 下げて 変えて 変更 にして に変え "
        "入れ替え 並べ替え 並べ 揃え 整形 フォーマット ソート 固定 bump rename remove 置き換え 設定 "
        "オフに オンに に更新 直し 訂正 かけて 統一 単数形に 複数形に 改めて クォート で統一"
    ),
    "detail": (
        "誤字 脱字 typo タイポ 綴り スペル 誤植 表記 import インポート 未使用 使っていない 使ってない 空白 "
        "改行 インデント セミコロン カンマ 末尾 バージョン 変数 定数 タブ コメントアウト console.log "
        "print デバッグ 見出し タイトル ラベル フッター ヘッダー 著作権 年 大文字 小文字 文言 色 ポート "
        "タイムアウト 既定 lint eslint prettier gofmt black アルファベット順 依存 "
        "gitignore .env 消し忘れ 行目 文字 全角 半角 ボタンの ログレベル 余計 余分 順 メソッド名 引数 "
        "フラグ 値 フォーマッタ 句読点 変数名 だけ クォート 単数 複数形 お問 表記を メモリ上限 クラス名 上限を"
    ),
    "value": (
        "を0に から0 0から 0に じゃなくて ではなく xに xは 0へ にして falseに trueに"
    ),
    "asks": (
        "なぜ なんで どうして どうやって どう どこ いつ 誰 だれ 何 なに どの どれ いくつ 理由 って ですか ますか "
        "でしょうか か? の? ?"
    ),
    "knowing": (
        "知りた 知って 教えて 教えてくだ 説明 理解 気にな 分から 分かりませ わから わかりませ 不明 謎 疑問 興味 "
        "違い 仕組み 意味 とは 経緯 流れ 概要 全体像 なんだっけ だっけ ましたっけ ご存じ 把握 見えてこ 何をして "
        "仕組みを 読み方 伺え 知りたいだけ 内訳 一覧にして なぜ 検出できな どうなって"
    ),
    "search": (
        "調べ 調査 探し 探す 比較 分析 一覧 列挙 洗い出 特定 突き止 見積 ベンチマーク 計測 報告 集めて 数え 要約 "
        "リスト 検索 追って 確認して教え 割り出 リサーチ 影響範囲 探って 使っている人がい 要約して 変更点 一覧にして"
    ),
    "hands off": (
        "変更はしない 変更しない 変更せず 直さない 直さなく 修正は要 修正は不要 修正不要 修正はまだ しなくていい "
        "触らない 触らず しないで 報告のみ 報告だけ だけ説明 説明だけ 理解したいだけ 知りたいだけ 一覧だけ こちらで "
        "コメントだけ コミットせず まだいい 自分では 不要"
    ),
    "all": (
        "全体 全部 すべて 全て 全ファイル 全モジュール 全サービス 全パッケージ 全画面 全ページ まるごと 丸ごと "
        "まるっと コードベース リポジトリ モノレポ プロジェクト 一式 すべての 全面 いっさい 残らず 全コード 全メール "
        "みんな 全スタック 全体を 全サービスを"
    ),
    "migrate": (
        "移行 移し 移植 書き換え 置き換え 変換 刷新 移って 切り替え 乗り換え 上げ 引き上げ 入れ替え 国際化 "
        "migrate typescript rust python react vue svelte esm"
    ),
    "nothing there": (
        "一から ゼロから 新規プロジェクト 空のリポジトリ リポジトリは空 空のディレクトリ 立ち上げ 何もない scratch "
        "クローン フルスタック お任せ デプロイまで 公開まで 一式込み"
    ),
    "read": (
        "読んで 読み 読破 通読 精読 通しで 目を通し 最初から最後 先頭から末尾 読了 要約 まとめ 抜き出 拾って 挙げ "
        "全部読 読み込 最後まで読 読んでから 要約して"
    ),
    "long text": (
        "ページ 全文 議事録 ログ 仕様書 契約書 本を 資料 書き起こし 記録 アーカイブ 規則 マニュアル 添付 小説 裁判 "
        "履歴 論文 会話 チャットログ 報告書 判決 長い文書 全巻 gb ハンドブック 全ソース ソースです 万行 判決文 "
        "メールのやり取り チャットの"
    ),
    "elsewhere": (
        "夕食 夕飯 昼食 ランチ 朝食 レシピ 料理 カレー ラーメン 天気 休暇 旅行 誕生日 詩 俳句 冗談 映画 音楽 "
        "ジャズ 歌 作文 手紙 首都 レストラン ホテル 飛行機 週末 イタリア 京都 母 妻 夫 猫 犬 電車 コーヒー お茶 "
        "ビール ピザ 試合 サッカー 会議 予定 ミーティング 飲み会 病院 美容院 結婚式 プレゼント 歴史 ナポレオン "
        "ハムレット スペイン語 フランス語 キロ 富士山 海に 疲れ 眠 ダイエット 英語の ポッドキャスト 大家 人生 店 "
        "予約の時間 雨 雪 おみくじ 占い 趣味 筋トレ 漢字 ことわざ 宿題 数学 花見 温泉 散歩 服 靴 頭痛 薬 子ども "
        "子供 学校 スピーチ 小話 美味し おいし 観光 買い物 年賀状 挨拶文 買って 幸運 祝日 休み 不在 ローマ 帝国 "
        "野球 今日の 今夜"
    ),
    "chat": (
        "おはよ こんにち こんばん ありがと 感謝 お疲れ おつかれ さすが 了解 承知 わかりました なるほど うん はい "
        "いいえ いいね いいですね よろしく すみません ごめん おめでと また明日 また後 続けて 元気 すごい 助かりまし "
        "助かった すばらしい 素晴らしい お世話 ｗ 笑 誤爆 お願いしますね ok テスト、 聞こえ じゃあ さようなら "
        "またね 頑張"
    ),
    "report": (
        "再現手順 期待 実際 環境 件名 概要 発生 再現 受け入れ条件 【 版 以降 バージョン 端末 エピック 要望"
    ),
    "mine": (
        "私の 私が 自分 僕 俺 うちの 書けた 書きました 追加した 終わりました できました 完成 自信"
    ),
}
